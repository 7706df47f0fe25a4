import BrokerServer
import Testing

/// Every page twice: with everything it can show, and with as little as it can.
enum SamplePages {
    struct Sample: CustomTestStringConvertible, Sendable {
        let name: String
        let page: any Page
        var testDescription: String { name }
    }

    static let texts = Texts.english
    static let theme = Theme.standard
    static let chrome = Chrome(
        theme: Theme(productName: "Acme Support", logo: url("/logo.svg"), color: Theme.standard.color))
    static let plainChrome = Chrome(
        theme: Theme(productName: "Acme Support", logo: nil, color: Theme.standard.color))

    static func url(_ string: String) -> PageURL {
        guard let url = PageURL(string) else { preconditionFailure("the sample address \(string) is refused") }
        return url
    }

    /// All optional values set to `text` where they are free text.
    static func full(text: String? = nil) -> [Sample] {
        let support = Support(name: text ?? "Acme IT", contact: text ?? "help@acme.example")
        let action = url("/vestibule/login")
        return [
            Sample(name: "identify", page: identify(text, action, support)),
            Sample(name: "choose", page: choose(text, action, support)),
            Sample(
                name: "auto-post",
                page: AutoPostPage(
                    action: url("https://idp.acme.example/sso"),
                    fields: [HiddenField(name: text ?? "SAMLRequest", value: text ?? "PHNhbWxwOkF1dGhu")],
                    destination: text ?? "Acme staff")),
            Sample(name: "ask", page: ask(text, action, support)),
            Sample(name: "check-mail", page: CheckMailPage(support: support)),
            Sample(
                name: "signed-in",
                page: SignedInPage(
                    name: text ?? "Ada Lovelace", organization: text ?? "Acme Corporation",
                    email: text ?? "ada@acme.example", portal: url("/servicedesk/customer/portals"),
                    signOut: url("/vestibule/logout"), csrf: text ?? "csrf-token")),
            Sample(
                name: "sign-out",
                page: SignOutPage(
                    action: url("/vestibule/logout"), csrf: text ?? "csrf-token",
                    question: text ?? "sealed", email: text ?? "ada@acme.example", cancel: url("/vestibule/"))),
            Sample(
                name: "signed-out",
                page: SignedOutPage(
                    signIn: url("/vestibule/start"), provider: text ?? "Acme staff", alsoAt: text ?? "Acme staff")),
            offer(text),
            Sample(name: "tested", page: TestedPage(connection: text ?? "Acme staff")),
            Sample(name: "error", page: error(text, support)),
            Sample(
                name: "unsaved",
                page: UnsavedPage(signIn: url("/vestibule/start?rd=%2Fservicedesk"), isStepUp: true)),
            denied(text, support),
            Sample(
                name: "break-glass", page: BreakGlassPage(action: url("/vestibule/break-glass"), isRefused: true)),
            Sample(
                name: "access-requested",
                page: AccessRequestedPage(
                    portal: text ?? "Payroll", reference: text ?? "7F3K-92QD", support: support,
                    home: url("/servicedesk/customer/portals"))),
            Sample(
                name: "closed",
                page: ClosedPage(
                    code: text ?? "closed", message: texts.message(forCode: "closed"), reference: text ?? "7F3K-92QD",
                    signIn: url("/servicedesk/customer/portals"), portal: url("/servicedesk/customer/portals"),
                    support: support)),
        ]
    }

    /// Nothing optional.
    static let bare: [Sample] = [
        Sample(
            name: "identify", page: IdentifyPage(action: url("/vestibule/login"), transaction: "handle")),
        Sample(
            name: "choose",
            page: ChoosePage(
                action: url("/vestibule/login"), transaction: "handle", choices: [Choice(id: "a", label: "Staff")],
                otherEmail: url("/vestibule/start"))),
        Sample(name: "auto-post", page: AutoPostPage(action: url("https://idp.acme.example/sso"), fields: [])),
        Sample(
            name: "ask",
            page: AskPage(
                action: url("/vestibule/login"), transaction: "handle",
                fields: [AskField(name: "user", label: "User name", required: false)])),
        Sample(name: "check-mail", page: CheckMailPage()),
        Sample(
            name: "signed-in",
            page: SignedInPage(
                email: "ada@acme.example", portal: url("/"), signOut: url("/vestibule/logout"), csrf: "csrf-token")),
        Sample(
            name: "sign-out",
            page: SignOutPage(action: url("/vestibule/logout"), csrf: "csrf-token", cancel: url("/vestibule/"))),
        Sample(name: "signed-out", page: SignedOutPage(signIn: nil)),
        Sample(name: "tested", page: TestedPage(connection: "Acme staff")),
        Sample(
            name: "offer",
            page: OfferPage(
                action: url("/vestibule/login/handle/confirm"), csrf: "csrf-token", email: "ada@acme.example",
                connection: "Acme staff")),
        Sample(
            name: "error",
            page: ErrorPage(code: "internal", message: texts.message(forCode: "internal"), reference: "7F3K-92QD")),
        Sample(name: "unsaved", page: UnsavedPage(signIn: url("/vestibule/start"))),
        Sample(
            name: "access-denied",
            page: AccessDeniedPage(
                code: "place_unknown", message: texts.message(forCode: "place_unknown"), reference: "7F3K-92QD")),
        Sample(name: "break-glass", page: BreakGlassPage(action: url("/vestibule/break-glass"))),
        Sample(name: "access-requested", page: AccessRequestedPage(portal: "Payroll")),
        Sample(
            name: "closed",
            page: ClosedPage(
                code: "closed_sign_up", message: texts.message(forCode: "closed_sign_up"), reference: "7F3K-92QD")),
    ]

    private static func offer(_ text: String?) -> Sample {
        Sample(
            name: "offer",
            page: OfferPage(
                action: url("/vestibule/login/handle/confirm"), csrf: text ?? "csrf-token",
                email: text ?? "ada@acme.example", organization: text ?? "Acme Corporation",
                connection: text ?? "Acme staff",
                blocked: .init(signedInAs: text ?? "bob@acme.example", signOut: url("/vestibule/sign-out"))))
    }

    private static func identify(_ text: String?, _ action: PageURL, _ support: Support) -> IdentifyPage {
        IdentifyPage(
            action: action, transaction: text ?? "handle", email: text ?? "ada@acme",
            error: text ?? texts.message(forCode: "email_malformed").title,
            choices: [
                Choice(id: text ?? "guest", label: text ?? "Guest account", hint: text ?? "For partners"),
                Choice(id: "code", label: "Code by e-mail", remembered: true),
            ],
            remembered: Remembered(
                id: text ?? "acme-staff", label: text ?? "Acme staff", email: text ?? "ada@acme.example"),
            support: support)
    }

    private static func choose(_ text: String?, _ action: PageURL, _ support: Support) -> ChoosePage {
        ChoosePage(
            action: action, transaction: text ?? "handle", organization: text ?? "Acme Corporation",
            email: text ?? "ada@acme.example",
            choices: [
                Choice(id: "contractors", label: text ?? "Contractors", hint: text ?? "Okta"),
                Choice(id: "staff", label: text ?? "Acme staff", hint: text ?? "Microsoft", remembered: true),
            ], otherEmail: url("/vestibule/start"), support: support)
    }

    private static func ask(_ text: String?, _ action: PageURL, _ support: Support) -> AskPage {
        AskPage(
            action: action, transaction: text ?? "handle", title: text ?? "Enter the code",
            intro: text ?? "We sent a code to ada@acme.example.",
            fields: [
                AskField(
                    name: text ?? "code", label: text ?? "Six digits", kind: .oneTimeCode,
                    help: text ?? "The code is valid for ten minutes.", value: text ?? "12345",
                    autocomplete: text ?? "one-time-code", error: text ?? "That code is not right."),
                AskField(name: "note", label: "Note", required: false),
            ],
            actions: [
                AskAction(name: text ?? "resend", label: text ?? "Send a new code", help: text ?? "Wait half a minute.")
            ], error: text ?? "Please check the fields below.", restart: url("/vestibule/start"), support: support)
    }

    private static func denied(_ text: String?, _ support: Support) -> Sample {
        Sample(
            name: "access-denied",
            page: AccessDeniedPage(
                code: text ?? "access_denied", message: texts.message(forCode: "access_denied"),
                portal: text ?? "Payroll", reference: text ?? "7F3K-92QD",
                ask: .init(
                    action: url("/vestibule/access-request"), portal: text ?? "7", csrf: text ?? "csrf-token"),
                support: support, home: url("/servicedesk/customer/portals")))
    }

    private static func error(_ text: String?, _ support: Support) -> ErrorPage {
        ErrorPage(
            code: text ?? "forbidden", message: texts.message(forCode: "forbidden"), reference: text ?? "7F3K-92QD",
            explanation: text ?? "The portal “Payroll” is open to the group “Finance”.", support: support,
            retry: url("/vestibule/start"))
    }
}

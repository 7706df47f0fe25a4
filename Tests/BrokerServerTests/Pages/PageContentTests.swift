import BrokerServer
import Testing

@Suite struct PageContentTests {
    let action = SamplePages.url("/vestibule/login")

    private func html(_ page: some Page) throws -> String {
        try PageRenderer().render(page, chrome: SamplePages.plainChrome)
    }

    @Test func `the identify page asks for an e-mail that browsers can fill in`() throws {
        let html = try html(IdentifyPage(action: action, transaction: "tx-1"))
        #expect(html.contains("<title>Sign in to Acme Support · Acme Support</title>"))
        #expect(html.contains("<label for=\"email\">"))
        #expect(html.contains("type=\"email\" inputmode=\"email\" autocomplete=\"username\""))
        #expect(html.contains(" autofocus>"))
        #expect(!html.contains("aria-invalid") && !html.contains("class=\"choices\""))
    }

    @Test func `an error on the identify page is announced, tied to its field and keeps what was typed`() throws {
        let html = try html(IdentifyPage(action: action, transaction: "t", email: "ada@", error: "Not an address"))
        #expect(html.contains("<title>Error: Sign in to"))
        #expect(html.contains("id=\"email-error\" role=\"alert\">Not an address<"))
        #expect(html.contains("value=\"ada@\" aria-invalid=\"true\" aria-describedby=\"email-error\""))
    }

    @Test func `a remembered connection is offered first and can be forgotten`() throws {
        let remembered = Remembered(id: "acme", label: "Acme", email: "ada@acme.example")
        let html = try html(IdentifyPage(action: action, transaction: "t", remembered: remembered))
        #expect(html.contains("name=\"connection\" value=\"acme\""))
        #expect(html.contains("Continue with Acme"))
        #expect(html.contains("name=\"forget\" value=\"1\""))
        #expect(!html.contains("autofocus"))
        let failed = IdentifyPage(action: action, transaction: "t", error: "Not an address", remembered: remembered)
        #expect(try self.html(failed).contains(" autofocus>"))
    }

    @Test func `the remembered choice comes first and is marked, the others keep their order`() throws {
        let page = ChoosePage(
            action: action, transaction: "t",
            choices: [
                Choice(id: "one", label: "One"), Choice(id: "two", label: "Two"),
                Choice(id: "three", label: "Three", remembered: true),
            ], otherEmail: action)
        let html = try html(page)
        #expect(
            html.matches(of: #/name="connection" value="([a-z]+)"/#).map { String($0.1) } == ["three", "one", "two"])
        #expect(html.matches(of: #/class="badge"/#).count == 1)
    }

    @Test func `only the form for the identity provider loads a script`() throws {
        for sample in SamplePages.full() {
            let html = try PageRenderer().render(sample.page, chrome: SamplePages.chrome)
            #expect(html.contains("<script") == (sample.page is AutoPostPage), "\(sample.name)")
        }
    }

    @Test func `the form for the identity provider works without a script`() throws {
        let page = AutoPostPage(
            action: SamplePages.url("https://idp.example/sso"), fields: [HiddenField(name: "RelayState", value: "r")])
        let html = try html(page)
        #expect(html.contains("<form method=\"post\" action=\"https://idp.example/sso\" data-autosubmit>"))
        #expect(html.contains("<button class=\"primary\" type=\"submit\">"))
    }

    @Test func `a provider's field carries its help and its error`() throws {
        let field = AskField(name: "code", label: "Code", kind: .oneTimeCode, help: "Six digits", error: "Wrong code")
        let html = try html(
            AskPage(action: action, transaction: "t", fields: [AskField(name: "a", label: "A"), field]))
        #expect(html.contains("<label for=\"field-1\">Code</label>"))
        #expect(
            html.contains("aria-describedby=\"field-1-help field-1-error\" aria-invalid=\"true\" required autofocus>"))
        #expect(html.contains("autocomplete=\"one-time-code\""))
        #expect(html.matches(of: #/ autofocus/#).count == 1)
    }

    @Test func `a provider's button stands behind the form's own and asks for no field`() throws {
        let html = try html(
            AskPage(
                action: action, transaction: "t", fields: [AskField(name: "code", label: "Code")],
                actions: [AskAction(name: "resend", label: "Send a new code")]))
        let buttons = html.matches(of: #/<button [^>]*>[^<]*/#).map { String($0.output) }
        #expect(
            buttons == [
                "<button class=\"primary\" type=\"submit\">Continue",
                "<button class=\"secondary\" type=\"submit\" name=\"resend\" value=\"1\" formnovalidate>Send a new code",
            ])
    }

    @Test func `signing out takes a POST with the session's token`() throws {
        let signedIn = try html(SignedInPage(email: "a@b.example", portal: action, signOut: action, csrf: "token-1"))
        let asked = try html(SignOutPage(action: action, csrf: "token-1", cancel: action))
        for page in [signedIn, asked] {
            #expect(page.contains("<form method=\"post\" action=\"/vestibule/login\">"))
            #expect(page.contains("<input type=\"hidden\" name=\"csrf\" value=\"token-1\">"))
        }
    }

    @Test func `an offered login asks with a form, and offers no way on while somebody else is signed in`() throws {
        func page(_ blocked: OfferPage.Blocked?) -> OfferPage {
            OfferPage(
                action: action, csrf: "token-1", email: "ada@acme.example", organization: "Acme", connection: "Staff",
                blocked: blocked)
        }
        let free = try html(page(nil))
        #expect(free.contains("<h1>Continue as ada@acme.example?</h1>"))
        #expect(free.contains("<button class=\"primary\" type=\"submit\">Continue</button>"))
        let blocked = try html(page(.init(signedInAs: "bob@acme.example", signOut: action)))
        #expect(blocked.contains("bob@acme.example") && !blocked.contains(">Continue</button>"))
        for html in [free, blocked] {
            #expect(html.contains("name=\"csrf\" value=\"token-1\"") && html.contains("name=\"cancel\" value=\"1\""))
        }
    }

    @Test func `the signed-out page says how it is at the identity provider`() throws {
        let still = try html(SignedOutPage(signIn: action, provider: "Acme staff"))
        #expect(still.contains("You may still be signed in at Acme staff."))
        let out = try html(SignedOutPage(signIn: action, alsoAt: "Acme staff"))
        #expect(out.contains("You are signed out at Acme staff too.") && !out.contains("still be signed in"))
        let plain = try html(SignedOutPage(signIn: action))
        #expect(!plain.contains("notice"))
    }

    @Test func `the error page shows reference, contact and a way on`() throws {
        let page = ErrorPage(
            code: "login_expired", message: Texts.english.message(forCode: "login_expired"), reference: "REF-1",
            explanation: "Because.", support: Support(name: "Acme IT", contact: "it@acme.example"), retry: action)
        let html = try html(page)
        #expect(html.contains("<h1>This sign-in took too long and has expired</h1>"))
        #expect(html.contains("<code>REF-1</code>"))
        #expect(html.contains("Acme IT: <a href=\"mailto:it@acme.example\">it@acme.example</a>"))
        #expect(html.contains("<a class=\"primary\" href=\"/vestibule/login\">Try again</a>"))
        #expect(html.contains("data-code=\"login_expired\"") && html.contains("Because."))
    }

    @Test func `a form sent too late opens sign-in in a new tab and keeps this one`() throws {
        let html = try html(UnsavedPage(signIn: action))
        #expect(html.contains("nothing you typed is lost while this tab is open"))
        #expect(html.contains("href=\"/vestibule/login\" target=\"_blank\" rel=\"noopener\""))
        #expect(!html.contains("<form"))
    }

    @Test func `the page after a link-only look-up holds nothing of the request`() throws {
        let one = try html(CheckMailPage(support: nil)), two = try html(CheckMailPage(support: nil))
        #expect(one == two)
        #expect(Mirror(reflecting: CheckMailPage()).children.compactMap(\.label) == ["support"])
    }
}

import Broker
import ConformanceKit
import EmailCodeProvider

extension ProviderUnderTest {
    /// Kind `email-code`, where the person types the address.
    static let emailCode = ProviderUnderTest(
        "email-code", EmailCodeProvider.self, .other,
        settings: ["recipients": ["acme.example", "jo@freelance.example"], "productName": "Acme Support"],
        abilities: [.settingsLint],
        expected: ExpectedIdentity(
            subject: "alice@acme.example", issuer: "email-code", email: "alice@acme.example", evidence: .idpVerified,
            completeness: .unsupported)
    ) { Mailreader(bench: $0) }
    .with {
        $0.secrets = [:]
        $0.addressIsSubject = "who reads mail at an address is that address"
        $0.completesOffline = "a mail server is asked, and no network"
        $0.rulesNotApplicable = [
            "complete.denied": "there is no IdP that could say no"
        ]
        $0.cases = [foreignAddress, mailDown, noMail, wrongCode]
    }

    /// Kind `email-code`, where the address was typed before the connection was chosen.
    static let emailCodeByHint = emailCode.with {
        $0.name = "email-code (address known)"
        $0.loginHint = "alice@acme.example"
        $0.cases = []
    }

    private static let page = "Documentation/providers/email-code.md"

    private static let foreignAddress = VendorCase(
        "an address that no code may be sent to", clause: page, fix: "recipients decides before a mail is sent",
        visit: KitVisit(KitPerson.alice.with(email: "mallory@evil.example")), verdict: .refused(.tooManyRounds))

    private static let mailDown = VendorCase(
        "a mail server that is down", clause: page, fix: "map MailError to upstreamUnavailable",
        prepare: { $0.mailbox.fail(.unavailable) }, verdict: .refused(.upstreamUnavailable))

    private static let noMail = VendorCase(
        "no mail server", clause: page, fix: "say so as configurationInvalid", prepare: { $0.hasMail = false },
        verdict: .refused(.configurationInvalid))

    private static let wrongCode = VendorCase(
        "wrong codes to the end", clause: "NIST SP 800-63B 3.2.2: throttling", fix: "count tries in the kept state",
        upstream: { Mailreader(bench: $0, isGuessing: true) }, verdict: .refused(.tooManyRounds))
}

/// A person who reads mail and types what stands in it.
private struct Mailreader: ScriptedUpstream {
    let bench: KitBench
    var isGuessing = false

    var marks: [String] { bench.mailbox.mails.map { String($0.text.prefix(8)) } }

    func visit(_ action: LoginStep.Action, _ visit: KitVisit) async throws(KitFailure) -> KitArrival {
        guard case .ask(let fields) = action, let field = fields.first else { throw KitFailure("nothing is asked") }
        guard field.style == .code else {
            return KitArrival(.post, endpoint: .answer, [("transaction", "x"), (field.name, visit.person.email)])
        }
        let mails = bench.mailbox.mails
        let mine = mails.last { $0.recipient.description == visit.person.email } ?? mails.last
        let code = String(try unwrap(mine, "no mail came").text.prefix(8))
        try require(code.allSatisfy(\.isNumber), "the mail does not begin with the code")
        let typed = isGuessing ? String(code.map { $0 == "9" ? "0" : "9" }) : code
        return KitArrival(.post, endpoint: .answer, [("transaction", "x"), (field.name, typed)])
    }
}

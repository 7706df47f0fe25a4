import BrokerEngine
import BrokerServer
import Testing

@Suite struct TextsTests {
    static let codes = [
        "state_mismatch", "login_expired", "login_already_used", "browser_mismatch", "connection_disabled",
        "organization_disabled", "customer_disabled", "email_conflict", "email_unverified", "email_domain_not_owned",
        "email_missing", "email_malformed", "upstream_unavailable", "upstream_invalid", "upstream_denied",
        "signature_invalid", "issuer_mismatch", "audience_mismatch", "time_invalid", "nonce_mismatch", "unknown_key",
        "no_connection", "rate_limited", "store_unavailable", "too_many_rounds", "malformed_request", "not_found",
        "internal", "forbidden", "link_ambiguous", "token_hash_mismatch", "algorithm_not_allowed", "subject_invalid",
        "replayed", "upstream_error", "provider_misbehaved", "configuration_invalid", "not_configured", "cancelled",
        "requirements_not_met", "not_admitted", "message_refused", "other_session", "portal_session_changed",
        "portal_cookie_stays", "access_denied", "access_barred", "place_unknown", "body_unseen", "body_unreadable",
        "access_requests_exceeded", "closed", "closed_sign_up", "closed_agent", "closed_page", "sign_in_not_taken",
        "sign_in_circle",
    ]
    static let siteCodes: [FacadeError.Code] = [
        .malformedRequest, .notConfigured, .clientUnknown, .clientAuthentication, .redirectURIMismatch, .messageRefused,
        .replayed, .grantInvalid, .requestExpired, .loginRequired, .authenticationInsufficient, .notAdmitted,
        .nameTaken,
        .siteIncomplete, .signInCircle, .siteUnreachable, .storeUnavailable, .configurationInvalid,
    ]

    @Test func `every error code has a message and no message is without a code`() {
        #expect(Texts.english.errors.keys.sorted() == Self.codes.sorted())
    }

    @Test func `every error code of a facade has a message and no message is without a code`() {
        #expect(Texts.english.siteErrors.keys.sorted() == Self.siteCodes.map(\.rawValue).sorted())
        #expect(Texts.english.message(forSiteCode: "no_such_code") == Texts.english.message(forCode: "internal"))
    }

    @Test(arguments: codes)
    func `a message is a plain sentence and one piece of advice`(code: String) {
        expectPlain(Texts.english.message(forCode: code))
    }

    @Test(arguments: siteCodes.map(\.rawValue))
    func `a facade's message is a plain sentence and one piece of advice`(code: String) {
        expectPlain(Texts.english.message(forSiteCode: code))
    }

    private func expectPlain(_ message: Texts.Message) {
        #expect(message.title.first?.isUppercase == true && message.title.last?.isPunctuation == false)
        #expect(message.title.count <= 80)
        #expect(message.advice.first?.isUppercase == true && message.advice.hasSuffix("."))
        let jargon =
            #/\b(token|nonce|issuer|audience|assertion|signature|SAML|OIDC|IdP|upstream|state|redirect|null)\b/#
        #expect("\(message.title) \(message.advice)".firstMatch(of: jargon.ignoresCase()) == nil)
        #expect(!"\(message.title)\(message.advice)".contains("{"))
    }

    @Test(arguments: ["", "no_such_code", "<script>"])
    func `an unknown code reads as a problem on our side`(code: String) {
        #expect(Texts.english.message(forCode: code) == Texts.english.message(forCode: "internal"))
    }

    @Test func `a catalogue without messages still has one`() {
        let empty = Texts(language: "en", strings: [:], errors: [:])
        #expect(!empty.message(forCode: "internal").title.isEmpty)
    }

    @Test func `other texts bring their language with them`() throws {
        var texts = Texts.english
        (texts.language, texts.strings["identifyContinue"]) = ("de", "Weiter")
        let chrome = Chrome(theme: SamplePages.theme, texts: texts)
        let page = IdentifyPage(action: SamplePages.url("/"), transaction: "t")
        let html = try PageRenderer(texts: texts).render(page, chrome: chrome)
        #expect(html.contains("<html lang=\"de\">"))
        #expect(html.contains(">Weiter</button>"))
    }

    @Test func `texts cannot bring markup`() throws {
        var texts = Texts.english
        texts.strings["checkMailLead"] = "<img src=x> {product}"
        let html = try PageRenderer(texts: texts).render(CheckMailPage(), chrome: SamplePages.plainChrome)
        #expect(html.contains("&lt;img src=x&gt; Acme Support"))
    }
}

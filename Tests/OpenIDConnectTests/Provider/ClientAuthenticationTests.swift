import Broker
import Foundation
import JOSE
import OpenIDConnect
import Testing

@Suite struct ClientAuthenticationTests {
    static let secret = "s3cr+t%21 with:signs"

    struct Case: Sendable, CustomTestStringConvertible {
        var what: String
        var method: ClientAuthenticationMethod
        var header: String?
        var form: [String: String] = [:]
        /// Nil where the client is taken.
        var check: String?
        var code: ProviderError.Code = .invalidClient

        var testDescription: String { what }
    }

    static func basic(_ id: String, _ secret: String) -> String {
        "Basic " + Data("\(id):\(secret)".utf8).base64EncodedString()
    }

    static let encoded = basic("jira", Wire.escaped(secret))
    static let posted = ["client_id": "jira", "client_secret": secret]

    static let cases: [Case] = [
        Case(what: "Basic, encoded", method: .basic, header: encoded),
        Case(what: "Basic, as it is", method: .basic, header: basic("jira", secret)),
        Case(what: "Basic in small letters", method: .basic, header: "basic" + encoded.dropFirst(5)),
        Case(
            what: "Basic with the same client id in the form", method: .basic, header: encoded,
            form: ["client_id": "jira"]),
        Case(what: "post", method: .post, form: posted),
        Case(what: "a public client", method: .none, form: ["client_id": "jira"]),

        Case(what: "a wrong secret", method: .basic, header: basic("jira", "wrong"), check: "secret"),
        Case(what: "an empty secret", method: .basic, header: basic("jira", ""), check: "secret"),
        Case(what: "a secret that begins well", method: .basic, header: basic("jira", "s3cr"), check: "secret"),
        Case(
            what: "a wrong secret by post", method: .post, form: ["client_id": "jira", "client_secret": "wrong"],
            check: "secret"),
        Case(what: "another client", method: .basic, header: basic("x", secret), check: "client named"),
        Case(what: "no base64", method: .basic, header: "Basic %%%", check: "client named"),
        Case(what: "no colon", method: .basic, header: "Basic amlyYQ==", check: "client named"),
        Case(what: "a bearer", method: .basic, header: "Bearer abc", check: "client named"),
        Case(
            what: "another client in the form", method: .basic, header: encoded, form: ["client_id": "x"],
            check: "client named"),
        Case(
            what: "post for another client", method: .post, form: ["client_id": "x", "client_secret": secret],
            check: "client named"),
        Case(what: "post without a client", method: .post, form: ["client_secret": secret], check: "client named"),
        Case(what: "a public client without an id", method: .none, check: "client named"),
        Case(
            what: "nothing where Basic is registered", method: .basic, form: ["client_id": "jira"],
            check: "registered method"),
        Case(what: "post where Basic is registered", method: .basic, form: posted, check: "registered method"),
        Case(what: "Basic where post is registered", method: .post, header: encoded, check: "registered method"),
        Case(what: "a secret of a public client", method: .none, form: posted, check: "registered method"),
        Case(
            what: "a secret where a key is registered", method: .privateKeyJWT, form: posted, check: "registered method"
        ),
        Case(
            what: "an assertion where a secret is registered", method: .basic,
            form: ["client_id": "jira", "client_assertion": "x", "client_assertion_type": ClientAssertion.type],
            check: "registered method"),
        Case(
            what: "Basic and post", method: .basic, header: encoded, form: posted, check: "one method",
            code: .invalidRequest),
        Case(
            what: "post and an assertion", method: .post,
            form: posted.merging(["client_assertion": "x"]) { first, _ in first }, check: "one method",
            code: .invalidRequest),
    ]

    @Test(arguments: cases)
    func `takes the registered method with the right secret and nothing else`(_ test: Case) throws {
        let client = RegisteredClient(id: "jira", authentication: test.method, redirectURIs: [Portal.callback])
        let credentials = ClientCredentials(
            authorization: test.header.map { Secret($0) }, parameters: try Portal.parameters(test.form))
        let hasSecret = test.method == .basic || test.method == .post
        let context = ClientAuthenticationContext(
            credentials, client: client, secret: hasSecret ? Secret(Self.secret) : nil)
        let refusal = providerRefusal { () throws(ProviderError) in
            try ClientAuthenticationChecks.Check.run(ClientAuthenticationChecks.all, on: context)
        }
        let check = ClientAuthenticationChecks.all.first { $0.name == test.check }
        #expect(refusal?.rule == check?.title)
        #expect(refusal?.code == (test.check == nil ? nil : test.code))
        #expect(refusal?.reason.contains(Self.secret) != true)
    }

    @Test func `has a hostile case for every check`() {
        #expect(Set(Self.cases.compactMap(\.check)) == Set(ClientAuthenticationChecks.all.map(\.name)))
    }

    @Test func `takes no secret where the client's own is empty`() throws {
        let credentials = ClientCredentials(
            authorization: Secret(Self.basic("jira", "")), parameters: try Portal.parameters([:]))
        let context = ClientAuthenticationContext(credentials, client: Portal.client, secret: Secret(""))
        #expect(
            providerRefusal { () throws(ProviderError) in
                try ClientAuthenticationChecks.Check.run(ClientAuthenticationChecks.all, on: context)
            }?.rule == ClientAuthenticationChecks.secret.title)
    }
}

@Suite struct ClientAssertionTests {
    static let now = Timestamp(seconds: 1_780_000_000)

    struct Case: Sendable, CustomTestStringConvertible {
        var what: String
        /// Nil where the assertion is taken.
        var check: String?
        var typ: String? = "JWT"
        var change: @Sendable (inout JSONObject) -> Void = { _ in }

        var testDescription: String { what }
    }

    static let cases: [Case] = [
        Case(what: "for the issuer"),
        Case(what: "for the token endpoint") { $0["aud"] = .string(Portal.issuer + "/token") },
        Case(what: "for both") { $0["aud"] = [.string(Portal.issuer), .string(Portal.issuer + "/token")] },
        Case(what: "typed", typ: "client-authentication+jwt"),
        Case(what: "untyped", typ: nil),
        Case(what: "just ended, by the skew") { $0["exp"] = .integer(now.seconds - 59) },
        Case(what: "without iat") { $0["iat"] = nil },
        Case(what: "a logout token", check: "assertion type", typ: "logout+jwt"),
        Case(what: "of another client", check: "assertion issuer") { $0["iss"] = "confluence" },
        Case(what: "about another client", check: "assertion subject") { $0["sub"] = "confluence" },
        Case(what: "without a subject", check: "assertion subject") { $0["sub"] = nil },
        Case(what: "for nobody", check: "assertion audience") { $0["aud"] = nil },
        Case(what: "for another server", check: "assertion audience") { $0["aud"] = "https://op.example" },
        Case(what: "for another server, too", check: "assertion audience") {
            $0["aud"] = [.string(Portal.issuer), "https://op.example"]
        },
        Case(what: "without an end", check: "assertion expiration") { $0["exp"] = nil },
        Case(what: "that has ended", check: "assertion expiration") { $0["exp"] = .integer(now.seconds - 60) },
        Case(what: "that lasts an hour", check: "assertion lifetime") { $0["exp"] = .integer(now.seconds + 3600) },
        Case(what: "that does not count yet", check: "assertion not before") {
            $0["nbf"] = .integer(now.seconds + 100)
        },
        Case(what: "issued in the future", check: "assertion issued at") { $0["iat"] = .integer(now.seconds + 100) },
        Case(what: "issued at no time", check: "assertion issued at") { $0["iat"] = "now" },
        Case(what: "without an id", check: "assertion id") { $0["jti"] = nil },
        Case(what: "with an empty id", check: "assertion id") { $0["jti"] = "" },
    ]

    private func verify(
        _ token: String, keys: [SigningKey], type: String? = ClientAssertion.type
    ) throws -> (once: OneTimeIdentifier?, refusal: ProviderError?) {
        let client = RegisteredClient(
            id: "jira", authentication: .privateKeyJWT, keys: JWKSet(keys: keys.map(\.publicKey)),
            redirectURIs: [Portal.callback])
        var form = ["client_assertion": token]
        form["client_assertion_type"] = type
        let credentials = ClientCredentials(authorization: nil, parameters: try Portal.parameters(form))
        do throws(ProviderError) {
            return (
                try ClientAssertion.verify(
                    credentials, of: client, audiences: [Portal.issuer, Portal.issuer + "/token"], now: Self.now,
                    skew: .seconds(60)), nil
            )
        } catch {
            return (nil, error)
        }
    }

    private var claims: JSONObject {
        [
            "iss": "jira", "sub": "jira", "aud": .string(Portal.issuer), "exp": .integer(Self.now.seconds + 300),
            "iat": .integer(Self.now.seconds), "jti": "j-1",
        ]
    }

    @Test(arguments: cases)
    func `takes a client's JWT that was made for us and for now`(_ test: Case) throws {
        let key = try SigningKey.generate(.es256, kid: "k")
        var claims = claims
        test.change(&claims)
        let (once, refusal) = try verify(try key.issue(claims: claims, typ: test.typ), keys: [key])
        let check = ClientAssertionChecks.all.first { $0.name == test.check }
        #expect(refusal?.rule == check?.title)
        #expect((once == nil) == (test.check != nil))
    }

    @Test func `has a hostile JWT for every check`() {
        #expect(Set(Self.cases.compactMap(\.check)) == Set(ClientAssertionChecks.all.map(\.name)))
    }

    @Test func `says what may be seen once, for as long as it could be played again`() throws {
        let key = try SigningKey.generate(.es256, kid: "k")
        let (once, _) = try verify(try key.issue(claims: claims), keys: [key])
        #expect(once == OneTimeIdentifier("j-1", until: Self.now + .seconds(360)))
    }

    @Test func `refuses a JWT that another key signed, or that is none`() throws {
        let (key, other) = (try SigningKey.generate(.es256, kid: "k"), try SigningKey.generate(.es256, kid: "k"))
        #expect(try verify(try other.issue(claims: claims), keys: [key]).refusal?.code == .invalidClient)
        #expect(try verify("e30.e30.", keys: [key]).refusal?.code == .invalidClient)
        #expect(try verify(try key.issue(claims: claims), keys: []).refusal?.code == .invalidClient)
    }

    @Test func `refuses another type of assertion`() throws {
        let key = try SigningKey.generate(.es256, kid: "k")
        let token = try key.issue(claims: claims)
        let saml = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"
        #expect(try verify(token, keys: [key], type: saml).refusal?.code == .invalidClient)
        #expect(try verify(token, keys: [key], type: nil).refusal?.code == .invalidClient)
    }
}

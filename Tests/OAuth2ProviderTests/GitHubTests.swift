import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import OAuth2Provider
import Testing

@Suite struct GitHubTests {
    let world: World
    init() throws { world = try World() }

    @Test func `the numeric id is the subject and the login is only a name`() async throws {
        let identity = try await world.login(try world.gitHub())
        #expect(
            identity.subject
                == SubjectKey(connection: "acme", issuer: "https://api.github.com/user", subject: "583231"))
        #expect(identity.displayName == "Mona")
        #expect(identity.email?.address.description == "mona@home.example")
        #expect(identity.email?.evidence == .idpVerified)
        #expect(identity.groups == .unsupported)
        #expect(identity.oneTime.count == 1)
        world.transport.on("/user", json: #"{"id":583231,"login":"renamed","name":null}"#)
        let renamed = try await world.login(try world.gitHub())
        #expect(renamed.subject == identity.subject && renamed.displayName == "renamed")
        #expect(try world.sent("/user").url.absoluteString == "https://api.github.com/user")
        #expect(try world.sent("/user/emails").headerFields[.userAgent] != nil)
    }

    @Test(arguments: [
        #"{"login":"octocat"}"#, #"{"id":null,"login":"octocat"}"#, #"{"id":0}"#, #"{"id":-5}"#, #"{"id":""}"#,
        #"{"id":"583231"}"#, #"{"id":583231.5}"#, #"{"id":[583231]}"#,
    ])
    func `a person without a numeric id is nobody`(user: String) async throws {
        world.transport.on("/user", json: user)
        #expect(try await world.refusal(try world.gitHub())?.code == .subjectInvalid)
    }

    @Test func `an id that stands there twice is none`() async throws {
        world.transport.on("/user", json: #"{"id":1,"id":2}"#)
        #expect(try await world.refusal(try world.gitHub())?.code == .upstreamInvalid)
    }

    // MARK: Addresses

    private static let many = """
        [{"email":"mona@home.example","primary":true,"verified":true},
         {"email":"zed@acme.example","primary":false,"verified":true},
         {"email":"mona@acme.example","primary":false,"verified":true},
         {"email":"boss@acme.example","primary":false,"verified":false},
         {"email":"mona@sub.acme.example","primary":false,"verified":true},
         {"email":"583231+mona@users.noreply.github.com","primary":false,"verified":true}]
        """

    @Test(arguments: [
        (nil, "mona@home.example"), ("home.example", "mona@home.example"), ("acme.example", "mona@acme.example"),
        ("ACME.example", "mona@acme.example"), ("sub.acme.example", "mona@sub.acme.example"),
    ])
    func `the primary address counts, or the one of the organization's domain`(
        domain: String?, address: String
    ) async throws {
        world.transport.on("/user/emails", json: Self.many)
        let identity = try await world.login(try world.gitHub { $0.emailDomain = domain })
        #expect(identity.email?.address.description == address)
    }

    @Test(
        arguments: [
            ("[]", nil), (#"[{"email":"a@acme.example","primary":true,"verified":false}]"#, nil),
            (#"[{"email":"a@acme.example","primary":true,"verified":"true"}]"#, nil),
            (#"[{"email":"a@acme.example","primary":true}]"#, nil),
            (#"[{"email":"a@acme.example","primary":false,"verified":true}]"#, nil),
            (#"[{"email":"a@acme.example","primary":true,"verified":false}]"#, "acme.example"),
            (#"[{"email":"a@evil.example","primary":true,"verified":true}]"#, "acme.example"),
            (#"[{"email":"a@acme.example.evil.example","primary":true,"verified":true}]"#, "acme.example"),
            (#"[{"email":"a@evil-acme.example","primary":true,"verified":true}]"#, "acme.example"),
            (#"[{"email":"a@acme.example@evil.example","primary":true,"verified":true}]"#, "acme.example"),
        ] as [(String, String?)])
    func `an address that is not verified does not count`(emails: String, domain: String?) async throws {
        world.transport.on("/user/emails", json: emails)
        #expect(try await world.refusal(try world.gitHub { $0.emailDomain = domain })?.code == .emailUnverified)
    }

    @Test func `a verified primary address that is no address refuses`() async throws {
        world.transport.on("/user/emails", json: #"[{"email":null,"primary":true,"verified":true}]"#)
        #expect(try await world.refusal(try world.gitHub())?.code == .emailMalformed)
    }

    @Test func `without the addresses there is no login`() async throws {
        for (status, code) in [
            (HTTPResponse.Status.notFound, LoginError.Code.upstreamInvalid), (.forbidden, .upstreamInvalid),
            (.badGateway, .upstreamUnavailable),
        ] {
            world.transport.on("/user/emails") { _ throws(TransportError) in .json("[]", status: status) }
            #expect(try await world.refusal(try world.gitHub())?.code == code)
        }
        world.transport.on("/user/emails", json: #"{"email":"a@acme.example"}"#)
        #expect(try await world.refusal(try world.gitHub())?.code == .upstreamInvalid)
        world.transport.on("/user/emails", json: #"[{"email":"mona@home.example","primary":true,"verified":true},7]"#)
        #expect(try await world.refusal(try world.gitHub())?.code == .upstreamInvalid)
    }

    // MARK: Organizations

    private func membership(
        _ organization: String, login: String? = nil, state: String = "\"active\"", account: String = "583231",
        status: HTTPResponse.Status = .ok, fields: HTTPFields = [:]
    ) {
        let body =
            "{\"state\":\(state),\"role\":\"member\",\"organization\":{\"login\":\"\(login ?? organization)\",\"id\":1},"
            + "\"user\":{\"login\":\"octocat\",\"id\":\(account)}}"
        world.transport.on("/user/memberships/orgs/\(organization)") { _ throws(TransportError) in
            var answer = OutboundResponse.json(body, status: status)
            for field in fields { answer.headerFields.append(field) }
            return answer
        }
    }

    private func acme(_ more: String...) throws -> OAuth2Provider {
        try world.gitHub { $0.requiredOrganizations = ["acme"] + more }
    }

    @Test func `an active member gets in, whatever the case of the name`() async throws {
        membership("acme", login: "ACME")
        #expect(try await world.login(try acme()).subject.subject == "583231")
    }

    @Test func `a member must be in every required organization`() async throws {
        membership("acme")
        #expect(try await world.bench.denial(try acme("globex"))?.reason == .notAdmitted)
        membership("globex")
        #expect(try await world.bench.denial(try acme("globex")) == nil)
    }

    @Test(arguments: ["\"pending\"", "\"Active\"", "null", "true", "\"\""])
    func `a membership that is not active is none`(state: String) async throws {
        membership("acme", state: state)
        #expect(try await world.bench.denial(try acme())?.reason == .notAdmitted)
        #expect(world.transport.count("/user/emails") == 0)
    }

    @Test func `a stranger, or a member whom the organization hides, does not get in`() async throws {
        #expect(try await world.bench.denial(try acme())?.reason == .notAdmitted)
        membership("acme", status: .forbidden)
        #expect(try await world.bench.denial(try acme())?.reason == .notAdmitted)
    }

    @Test func `where GitHub does not say, nobody gets in`() async throws {
        for status in [HTTPResponse.Status.internalServerError, .badGateway, .tooManyRequests] {
            membership("acme", status: status)
            #expect(try await world.refusal(try acme())?.code == .upstreamUnavailable)
        }
        membership("acme", status: .forbidden, fields: [.retryAfter: "60"])
        #expect(try await world.refusal(try acme())?.code == .upstreamUnavailable)
        let remaining = try unwrap(HTTPField.Name("X-RateLimit-Remaining"))
        membership("acme", status: .forbidden, fields: [remaining: "0"])
        #expect(try await world.refusal(try acme())?.code == .upstreamUnavailable)
        for status in [HTTPResponse.Status.found, .unauthorized, .noContent] {
            membership("acme", status: status)
            #expect(try await world.refusal(try acme())?.code == .upstreamInvalid)
        }
        world.transport.fail("/user/memberships/orgs/acme")
        #expect(try await world.refusal(try acme())?.code == .upstreamUnavailable)
    }

    @Test func `a membership of another organization or another person proves nothing`() async throws {
        membership("acme", login: "evil")
        #expect(try await world.refusal(try acme())?.code == .upstreamInvalid)
        membership("acme", account: "1")
        #expect(try await world.refusal(try acme())?.code == .subjectInvalid)
        membership("acme", account: "null")
        #expect(try await world.refusal(try acme())?.code == .subjectInvalid)
        world.transport.on("/user/memberships/orgs/acme", json: #"{"state":"active"}"#)
        #expect(try await world.refusal(try acme())?.code == .upstreamInvalid)
    }

    // MARK: GitHub Enterprise Server

    @Test func `another server has all its addresses below its own`() async throws {
        world.transport.on("/api/v3/user", json: #"{"id":7,"login":"octocat"}"#)
        world.transport.on(
            "/api/v3/user/emails", json: #"[{"email":"mona@acme.example","primary":true,"verified":true}]"#)
        let provider = try world.gitHub {
            $0.authorizationEndpoint = "https://git.acme.example/login/oauth/authorize"
            $0.tokenEndpoint = "https://git.acme.example/login/oauth/access_token"
            $0.userInfoURL = "https://git.acme.example/api/v3/user"
        }
        let identity = try await world.login(provider)
        #expect(identity.subject.issuer == "https://git.acme.example/api/v3/user")
        #expect(world.transport.requests.allSatisfy { $0.url.host() == "git.acme.example" })
        let iss = "code=C0DE-value&state=STAT3-value&iss=https%3A%2F%2Fgithub.com%2Flogin%2Foauth"
        #expect(try await world.refusal(provider, try world.bench.callback(iss))?.code == .issuerMismatch)
    }
}

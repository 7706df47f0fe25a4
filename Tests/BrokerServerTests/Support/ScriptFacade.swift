import Broker
import BrokerEngine
import BrokerModel
import Foundation

/// A facade without a protocol: it does what a request's route and query say, so that a test can say anything.
struct ScriptFacade: Facade {
    struct Settings: Codable, Sendable {
        /// Whether answers and sign-outs go to the site as forms.
        var posts: Bool?
        /// Whether the person's browser can take a sign-out to the site.
        var signsOut: Bool?
    }

    static let kind: FacadeKind = "script"
    static let form = SettingsForm([
        SettingsField("posts", .flag, label: "Posts", help: "Whether it posts."),
        SettingsField("signsOut", .flag, label: "Signs out", help: "Whether a browser can tell the site."),
    ])
    static let settingsVersion = 1

    private let settings: Settings
    private let host: FacadeHost

    init(settings: Settings, host: FacadeHost) throws(SettingsError) { (self.settings, self.host) = (settings, host) }

    /// A site's facade of this kind.
    static func of(_ settings: [String: SettingsValue] = [:]) -> SiteFacade {
        SiteFacade(kind: kind, settings: .object(settings))
    }

    // MARK: Requests

    func respond(to request: FacadeRequest) async throws(FacadeError) -> FacadeResponse? {
        let query = try parameters(request)
        switch request.route {
        case "", "echo": return .document(try echo(request, keep: query["keep"] != nil))
        case "ask": return try await ask(request, query)
        case "resume": return try await resume(request, query["request"] ?? "")
        case "go": return .step(try step(query["to"] ?? "", [("a", "<1>")]))
        case "refuse": throw FacadeError(.init(rawValue: query["code"] ?? ""), detail: "only for the operator")
        case "token":
            return .document(
                FacadeDocument(
                    status: 401, contentType: "application/json", body: Data(#"{"error":"invalid_client"}"#.utf8),
                    challenge: "Basic"),
                refusal: FacadeError(.clientAuthentication, detail: "only for the operator"))
        case "out": return try await signOut(query)
        case "answered": return .signOutAnswered(state: query["state"] ?? "", isComplete: query["ok"] != nil)
        default: return nil
        }
    }

    private func parameters(_ request: FacadeRequest) throws(FacadeError) -> CallbackParameters {
        do throws(LoginError) {
            return try CallbackParameters(formEncoded: Data(request.query.utf8))
        } catch {
            throw FacadeError(.malformedRequest, detail: error.detail)
        }
    }

    private func echo(_ request: FacadeRequest, keep: Bool) throws(FacadeError) -> FacadeDocument {
        let lines = [
            request.method.rawValue, request.route, request.query, String(request.body.count),
            request.contentType ?? "-", request.authorization?.reveal() ?? "-", request.handle == nil ? "-" : "handle",
            request.locales.joined(separator: ","),
        ]
        return FacadeDocument(
            contentType: "text/plain", body: Data(lines.joined(separator: "|").utf8),
            maxAge: keep ? .seconds(300) : nil)
    }

    /// A cross-site POST goes on as a request that brings the browser's cookies.
    private func ask(
        _ request: FacadeRequest, _ query: CallbackParameters
    ) async throws(FacadeError) -> FacadeResponse {
        let kept = try await host.hand(Data("asked".utf8), as: .request, lifetime: .seconds(900)).reveal()
        if request.method == .post { return .step(.redirect(try url("\(host.rootURL)/resume?request=\(kept)"))) }
        guard try await host.owner(handle: request.handle) != nil else {
            return .signIn(FacadeSignIn(resume: "resume?request=\(kept)", loginHint: query["hint"]))
        }
        return try await resume(request, kept)
    }

    private func resume(_ request: FacadeRequest, _ kept: String) async throws(FacadeError) -> FacadeResponse {
        guard let grant = try await host.read(kept, as: .request) else {
            throw FacadeError(.requestExpired, detail: "nothing waits")
        }
        guard let owner = try await host.owner(handle: request.handle) else {
            return .signIn(FacadeSignIn(resume: "resume?request=\(kept)"))
        }
        let answer = try await host.answer(FacadeAnswerRequest(owner))
        let fields = [
            ("name", answer.name.description), ("key", answer.key),
            ("asked", String(decoding: grant.content, as: UTF8.self)),
        ]
        return .step(try step("https://jsm.example/in", fields))
    }

    private func signOut(_ query: CallbackParameters) async throws(FacadeError) -> FacadeResponse {
        let conclusion =
            query["length"].flatMap { Int($0) }.map { Data(count: $0) } ?? Data("asked-by-\(host.address.site)".utf8)
        guard let key = query["key"] else {
            return .confirmSignOut(FacadeSignOut(session: nil, conclusion: query["silent"] == nil ? conclusion : nil))
        }
        guard key != "none" else { return .signOut(FacadeSignOut(session: nil, conclusion: conclusion)) }
        let session = try await host.session(named: key)?.session ?? "gone"
        return .signOut(FacadeSignOut(session: session, conclusion: conclusion))
    }

    // MARK: Sign-outs

    var signsOutByBrowser: Bool { settings.signsOut == true }

    func beginSignOut(_ session: FacadeSession, state: String) async throws(FacadeError) -> FacadeStep? {
        try step("https://jsm.example/\(host.address.site)/out", [("state", state), ("key", session.key)])
    }

    func concludeSignOut(_ conclusion: Data, isComplete: Bool) async throws(FacadeError) -> FacadeStep {
        try step(
            "https://jsm.example/done",
            [("what", String(decoding: conclusion, as: UTF8.self)), ("complete", String(isComplete))])
    }

    func endSession(_ session: FacadeSession) async throws(FacadeError) -> FacadeEnding { .told }

    // MARK: Addresses

    private func step(_ address: String, _ fields: [(String, String)]) throws(FacadeError) -> FacadeStep {
        if settings.posts == true {
            return .formPost(try url(address), fields.map { FormParameter($0.0, $0.1) })
        }
        var parts = URLComponents(string: address)
        parts?.queryItems = fields.map { URLQueryItem(name: $0.0, value: $0.1) }
        return .redirect(try url(parts?.string ?? ""))
    }

    private func url(_ address: String) throws(FacadeError) -> URL {
        guard let url = URL(string: address) else { throw FacadeError(.configurationInvalid, detail: "no URL") }
        return url
    }
}

extension TestBroker {
    /// The root of a site's facade.
    func facade(_ site: String = "portal") -> String { "\(origin)/vestibule/script/\(site)" }

    /// Runs a test against a broker whose portal has the scripted facade.
    static func withFacade(
        _ settings: [String: SettingsValue] = [:], change: (inout WantedResources) -> Void = { _ in },
        _ body: (TestBroker) async throws -> Void
    ) async throws {
        try await with(
            change: {
                $0.sites[0].facades = [ScriptFacade.of(settings)]
                change(&$0)
            }, body)
    }
}

extension Site {
    /// A Cloud site: nothing of ours stands before it, and its people come through the facade.
    static func cloud(_ id: SiteID, _ settings: [String: SettingsValue] = [:], colour: String = "#1f4fd8") -> Site {
        Site(
            id: id, kind: .cloud, origin: "https://\(id).atlassian.net",
            theme: Theme(productName: "Help of \(id)", colour: colour), facades: [ScriptFacade.of(settings)])
    }
}

// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerServer
import Foundation
import JOSE
import SAML
import SAMLProvider
import XMLSecurity

/// SAML messages and metadata: `saml/expected.json`.
///
/// Responses go the whole way of a login, through the module and the engine's own checks. All the while a socket
/// listens where the hostile files point.
enum SAMLVectors {
    static func run(_ file: JSONObject, _ name: String, _ url: URL) async throws -> [CheckResult] {
        let folder = url.deletingLastPathComponent()
        let tenants = try ["acme", "globex"].map { try VectorTenant($0, in: file, folder: folder) }
        let trap = try Trap()
        var results = await (try VectorCase.all(in: file, namedBy: "file")).run(in: name) { example in
            let tenant = try unwrap(tenants.first { $0.name == example.entry.string("acs") }, "no such tenant")
            let octets = try Data(contentsOf: folder.appending(path: example.text("file")))
            for message in trap.baited(Array(octets)) {
                try await MessageBounds.run { try await judge(example, message, tenant, session: file) }
            }
        }
        results.append(
            await check(name, "nobody is dialled", rule: "M10, M21") {
                try require(trap.connections == 0, "\(trap.connections) connections were made")
                let requests = tenants.map(\.network.requests).reduce(0, +)
                try require(requests == 0, "\(requests) requests were to be sent")
                return "listened on \(trap.ports)"
            })
        return results
    }

    private static func judge(
        _ example: VectorCase, _ message: [UInt8], _ tenant: VectorTenant, session file: JSONObject
    ) async throws {
        switch try example.text("kind") {
        case "response": try await response(example, message, tenant)
        case "logout-request": try logout(example, message, tenant, sessions: file.array("sessions") ?? [])
        case "metadata": try metadata(example, message, tenant)
        case let kind: throw Unmet("unknown kind \(kind)")
        }
    }

    // MARK: Kinds

    private static func response(_ example: VectorCase, _ message: [UInt8], _ tenant: VectorTenant) async throws {
        let seen = await attempt { try await tenant.login(message) }
        switch try example.text("verdict") {
        case "accept": try require(seen.get().subject.subject == "alice@acme.example", "somebody else was signed in")
        case "accept-escaped": try escaped(seen.get())
        case "refuse":
            guard case .failure(let error) = seen else { throw Unmet("was accepted") }
            try require(error is LoginError, "was refused by \(error), which is no rule")
        case let verdict: throw Unmet("unknown verdict \(verdict)")
        }
    }

    /// The name comes whole out of the message and harmless into a page.
    private static func escaped(_ identity: VerifiedIdentity) throws {
        let hostile = "<script>alert(1)</script>"
        try require(identity.displayName == hostile, "the name was changed")
        try require(identity.subject.subject == "alice@acme.example", "somebody else was signed in")
        let portal = try unwrap(PageURL("/portal"), "no URL")
        let page = SignedInPage(
            name: identity.displayName, email: identity.email?.address.description ?? "", portal: portal,
            signOut: portal, csrf: "c")
        let html = try PageRenderer().render(page, chrome: Chrome(theme: .standard))
        try require(!html.contains(hostile) && html.contains("&lt;script"), "the page holds the markup")
    }

    private static func logout(
        _ example: VectorCase, _ message: [UInt8], _ tenant: VectorTenant, sessions: [JSONValue]
    ) throws {
        let body = "SAMLRequest=\(Browser.encoded(Base64.encode(message)))"
        let callback = try LoginCallback(
            method: .post, endpoint: .logout, rawQuery: Data(), rawBody: Data(body.utf8))
        let seen = Result { try LogoutVectors.request(callback, tenant) }
        switch try example.text("verdict") {
        case "accept":
            let request = try seen.get()
            let ended = sessions.compactMap(\.object).filter {
                $0.string("name_id") == request.nameID.value
                    && request.sessionIndexes == [$0.string("session_index") ?? ""]
            }
            try require(ended.count == 1, "does not end exactly the named session")
        case "refuse":
            guard case .failure(let error) = seen else { throw Unmet("was accepted") }
            try require(error is SAMLError, "was refused by \(error), which is no rule")
        case let verdict: throw Unmet("unknown verdict \(verdict)")
        }
    }

    /// Twice: as a document that comes from afar, and as one that an operator pastes.
    private static func metadata(_ example: VectorCase, _ message: [UInt8], _ tenant: VectorTenant) throws {
        let remote = Result {
            try MetadataReader(entityID: tenant.idp, now: tenant.now, lifetime: .signed).read(message)
        }
        let pasted = Result { try tenant.provider(metadata: String(decoding: message, as: UTF8.self)) }
        let isTaken = [(try? remote.get()) != nil, (try? pasted.get()) != nil]
        switch try example.text("verdict") {
        case "accept": try require(isTaken == [true, true], "was refused")
        case "refuse": try require(isTaken == [false, false], "was accepted")
        case "refuse-by-default": try require(isTaken == [false, true], "must be refused from afar, and only there")
        case let verdict: throw Unmet("unknown verdict \(verdict)")
        }
    }
}

/// Logout messages of a tenant's IdP.
enum LogoutVectors {
    /// What a LogoutRequest asks for.
    ///
    /// The module's own endpoint is below its ACS; the files are addressed to another, so that the reader is called
    /// here as the module calls it.
    static func request(_ callback: LoginCallback, _ tenant: VectorTenant) throws -> LogoutRequestMessage {
        try LogoutReader(keys: tenant.signingKeys(), policy: .standard).request(
            InboundMessage(callback),
            expecting: LogoutExpectations(
                issuer: tenant.idp, endpoint: unwrap(tenant.logout, "no logout endpoint"), now: tenant.now)
        ).message
    }
}

/// Sockets where the hostile files point: on their own port where the process may listen there, and on a free one,
/// which a second copy of each such file points to.
private struct Trap {
    private static let lure = "127.0.0.1:9/"
    private let listeners: [LoopbackListener]

    init() throws { listeners = [try LoopbackListener()] + [try? LoopbackListener(port: 9)].compactMap { $0 } }

    var ports: String { listeners.map { "127.0.0.1:\($0.port)" }.joined(separator: ", ") }
    var connections: Int { listeners.map { $0.connections() }.reduce(0, +) }

    /// A message, and its copy that points to the free port.
    func baited(_ message: [UInt8]) -> [[UInt8]] {
        guard let text = String(validating: message, as: UTF8.self), text.contains(Self.lure) else { return [message] }
        return [message, Array(text.replacing(Self.lure, with: "127.0.0.1:\(listeners[0].port)/").utf8)]
    }
}

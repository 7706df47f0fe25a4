package import Broker
import Foundation
import Logging

/// What a session needs later: the ID token as a hint for logout, the refresh token.
///
/// Sealed by the engine.
struct UpstreamHandle: Sendable {
    let idToken: Secret<String>?
    let refreshToken: Secret<String>?

    /// The most octets of either token: one that is longer is left out, and does not push the other one out.
    static let maximumTokenBytes = 8192

    private struct Stored: Codable {
        var idToken: String?
        var refreshToken: String?
    }

    init(idToken: Secret<String>?, refreshToken: Secret<String>?) {
        self.idToken = idToken
        self.refreshToken = refreshToken
    }

    /// Reads a handle; one that cannot be read holds nothing.
    init(_ session: UpstreamSession) {
        let stored = try? JSONDecoder().decode(Stored.self, from: session.handle)
        self.init(idToken: stored?.idToken.map { Secret($0) }, refreshToken: stored?.refreshToken.map { Secret($0) })
    }

    /// What of it is too long to be kept.
    var omissions: [String] {
        [("the ID token", idToken), ("the refresh token", refreshToken)]
            .filter { $0.1.map { !Self.fits($0) } ?? false }.map(\.0)
    }

    func session(id: String?) -> UpstreamSession {
        let stored = Stored(idToken: Self.kept(idToken), refreshToken: Self.kept(refreshToken))
        return UpstreamSession(sessionID: id, handle: (try? JSONEncoder().encode(stored)) ?? Data())
    }

    private static func kept(_ token: Secret<String>?) -> String? {
        token.flatMap { fits($0) ? $0.reveal() : nil }
    }

    private static func fits(_ token: Secret<String>) -> Bool { token.reveal().utf8.count <= maximumTokenBytes }
}

extension OIDCProvider {
    /// What is kept of a session at the OP; what is too long for it is logged by its name.
    func session(_ handle: UpstreamHandle, id: String?) -> UpstreamSession {
        for omission in handle.omissions {
            context.logger.warning("too long to be kept with a session", metadata: ["what": "\(omission)"])
        }
        return handle.session(id: id)
    }

    /// Whether a session holds the ID token that a sign-out names it by, for vendors that take no other name.
    package func holdsIDToken(_ session: UpstreamSession) -> Bool { UpstreamHandle(session).idToken != nil }
}

import Broker
import Foundation

/// What a session needs later: the ID token as a hint for logout, the refresh token.
///
/// Sealed by the engine.
struct UpstreamHandle: Sendable {
    let idToken: Secret<String>?
    let refreshToken: Secret<String>?

    /// The most octets of a handle; a longer one goes without the hint.
    static let maximumBytes = 8192

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

    func session(id: String?) -> UpstreamSession {
        var stored = Stored(idToken: idToken?.reveal(), refreshToken: refreshToken?.reveal())
        var bytes = Self.encoded(stored)
        if bytes.count > Self.maximumBytes {
            stored.idToken = nil
            bytes = Self.encoded(stored)
        }
        return UpstreamSession(sessionID: id, handle: bytes.count > Self.maximumBytes ? Data() : bytes)
    }

    private static func encoded(_ stored: Stored) -> Data {
        (try? JSONEncoder().encode(stored)) ?? Data()
    }
}

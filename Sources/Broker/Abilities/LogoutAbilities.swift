public import Foundation

/// Can end the session at the IdP (RP-initiated logout, SAML Single Logout).
///
/// The local session has ended before.
public protocol UpstreamLogout: IdentityProvider {
    /// Says where the browser goes to sign out at the IdP.
    func beginLogout(_ request: LogoutRequest) async throws(LoginError) -> LogoutStep
}

/// What a logout at the IdP is begun with.
public struct LogoutRequest: Sendable {
    /// The person at the IdP.
    public var subject: SubjectKey
    /// The session at the IdP.
    public var session: UpstreamSession
    /// Where the IdP sends the browser afterwards, byte for byte as registered there.
    public var returnURL: URL
    /// A one-time value that comes back with the browser.
    public var state: String

    /// A request.
    public init(subject: SubjectKey, session: UpstreamSession, returnURL: URL, state: String) {
        self.subject = subject
        self.session = session
        self.returnURL = returnURL
        self.state = state
    }
}

/// How a logout at the IdP goes on.
public enum LogoutStep: Sendable {
    /// Go there.
    case redirect(URL)
    /// Post these fields there.
    case formPost(URL, [FormParameter])
    /// It is done, without the browser.
    case done
    /// The connection is not configured for it.
    case notConfigured
}

/// Receives logout messages from the IdP: back-channel, front-channel, SAML LogoutRequest.
public protocol LogoutReceiver: IdentityProvider {
    /// Verifies a message at the connection's logout endpoint and says whose sessions end.
    func receiveLogout(_ callback: LoginCallback) async throws(LoginError) -> LogoutNotice
}

/// A verified logout message.
public struct LogoutNotice: Sendable {
    /// Whose sessions end.
    public enum Target: Sendable, Hashable {
        /// The one session that the IdP names so.
        case session(issuer: String, sessionID: String)
        /// Every session of this person through this connection.
        case subject(SubjectKey)
    }

    /// What the caller is answered.
    public enum Answer: Sendable {
        /// 200 without a body, uncached (OpenID Connect Back-Channel Logout 2.8).
        case ok
        /// Send the browser back to the IdP.
        case redirect(URL)
        /// Post these fields to the IdP.
        case formPost(URL, [FormParameter])
    }

    /// Whose sessions end.
    public var target: Target
    /// What the caller is answered once they have ended.
    public var answer: Answer
    /// Identifiers of the message that may be accepted once.
    public var oneTime: [OneTimeIdentifier]

    /// A notice.
    public init(target: Target, answer: Answer = .ok, oneTime: [OneTimeIdentifier]) {
        self.target = target
        self.answer = answer
        self.oneTime = oneTime
    }
}

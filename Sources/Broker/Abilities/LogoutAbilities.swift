public import Foundation

/// Can end the session at the IdP (RP-initiated logout, SAML Single Logout).
///
/// The local session has ended before.
public protocol UpstreamLogout: IdentityProvider {
    /// Whether the IdP brings `state` or RelayState back with the browser; true unless a module says otherwise.
    ///
    /// Where it does not (Amazon Cognito), a GET without a query at the logout endpoint is the answer, in the browser
    /// that holds the sign-out's own cookie and in no other. Anybody can make such a link: it proves that the browser
    /// came back and nothing more.
    var returnsLogoutState: Bool { get }

    /// Says where the browser goes to sign out at the IdP.
    func beginLogout(_ request: LogoutRequest) async throws(LoginError) -> LogoutStep

    /// Reads the IdP's answer to a logout that was begun here.
    ///
    /// The sessions have ended before; what is read here only decides what the person is told.
    ///
    /// - Parameters:
    ///   - callback: The raw request at this connection's logout endpoint.
    ///   - pending: What the logout was begun with, from the engine's own record.
    func completeLogout(
        _ callback: LoginCallback, resuming pending: PendingLogout
    ) async throws(LoginError) -> LogoutResult
}

extension UpstreamLogout {
    /// As the standards have it.
    public var returnsLogoutState: Bool { true }

    /// A protocol whose IdP only sends the browser back (RP-Initiated Logout 3): coming back is the answer.
    public func completeLogout(
        _ callback: LoginCallback, resuming pending: PendingLogout
    ) async throws(LoginError) -> LogoutResult { .complete }
}

/// What a logout at the IdP was begun with.
public struct PendingLogout: Sendable {
    /// The one-time value that the logout was begun with; already compared, where the IdP brings it back.
    public let state: String
    /// The ID of our LogoutRequest.
    public let requestID: String

    /// A pending logout.
    public init(state: String, requestID: String) {
        self.state = state
        self.requestID = requestID
    }
}

/// What the IdP answered to a logout.
public enum LogoutResult: Sendable, Hashable {
    /// The person is signed out there.
    case complete
    /// The person may still be signed in there or elsewhere (SAML Core 3.7.3.2 `PartialLogout`, any other status).
    case partial
}

/// What a logout at the IdP is begun with.
public struct LogoutRequest: Sendable {
    /// The person at the IdP.
    public var subject: SubjectKey
    /// The session at the IdP.
    public var session: UpstreamSession
    /// Where the IdP sends the browser afterwards, byte for byte as registered there.
    public var returnURL: URL
    /// A one-time value that comes back with the browser: `state` or RelayState.
    public var state: String
    /// The ID of a LogoutRequest message, made by the engine: an NCName.
    public var requestID: String

    /// A request.
    public init(
        subject: SubjectKey, session: UpstreamSession, returnURL: URL, state: String, requestID: String
    ) {
        self.subject = subject
        self.session = session
        self.returnURL = returnURL
        self.state = state
        self.requestID = requestID
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
        /// The sessions that this person opened through this connection under these names (SAML Core 3.7.1); all of them
        /// where no name is given.
        case principal(issuer: String, principal: String, sessionIDs: [String])
    }

    /// What the caller is answered.
    public enum Answer: Sendable {
        /// 200 without a body, uncached (OpenID Connect Back-Channel Logout 2.8).
        case ok
        /// Send the browser back to the IdP.
        case redirect(URL)
        /// Post these fields to the IdP.
        case formPost(URL, [FormParameter])
        /// 200 without a body, uncached, in a frame that only pages of this URL's origin may show (OpenID Connect
        /// Front-Channel Logout 3).
        case frame(of: URL)
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

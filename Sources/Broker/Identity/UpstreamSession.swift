public import Foundation

/// The session at the IdP, kept so that logout and refresh can name it.
public struct UpstreamSession: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// `sid` or SessionIndex: how the IdP's logout messages name the session.
    public var sessionID: String?
    /// How the IdP's logout messages name the person, where it is not the subject: a hash of the NameID and its qualifiers.
    public var principal: String?
    /// What the module needs later, such as a refresh token or the NameID.
    ///
    /// Sealed by the engine.
    public var handle: Data

    /// A session at the IdP.
    public init(sessionID: String?, principal: String? = nil, handle: Data = Data()) {
        self.sessionID = sessionID
        self.principal = principal
        self.handle = handle
    }

    /// Never the handle.
    public var description: String { "<upstream session>" }
    /// No children, so that `dump` does not show the handle.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

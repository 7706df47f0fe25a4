import Broker
import BrokerModel
import SAML

/// What a request comes to, given the session that the browser has.
enum SignOnVerdict: Sendable, Hashable {
    /// The session is what the request wants.
    case answer
    /// The person signs in first.
    case signIn(AuthenticationRequirements)
    /// Nobody will be told of.
    case refuse(ResponseFailure)

    /// Decides.
    ///
    /// A session that is younger than the request was opened for it, so that asking for another class once more would go
    /// on for ever.
    ///
    /// - Parameters:
    ///   - keptAt: When the request was kept to wait for a sign-in; nil where it came just now.
    ///   - skew: How far the clock may be off that says when the person signed in.
    init(_ request: SignOnRequest, session: Session?, keptAt: Timestamp?, skew: Duration) {
        guard let session else {
            self = request.asking
            return
        }
        let isNew = keptAt.map { session.createdAt >= $0 } ?? false
        let isFresh = keptAt.map { isNew && session.authenticatedAt >= $0 - skew } ?? false
        switch (isFresh || !request.forceAuthn, request.accepts(session.authentication.contextClass)) {
        case (true, true): self = .answer
        case (true, false) where isNew: self = .refuse(.noAuthnContext)
        default: self = request.asking
        }
    }
}

extension Session {
    /// When the person signed in: before the session was opened, where the IdP had one of its own.
    var authenticatedAt: Timestamp { authentication.authTime ?? createdAt }
}

extension SignOnRequest {
    /// What comes before an answer.
    fileprivate var asking: SignOnVerdict {
        isPassive
            ? .refuse(.noPassive) : .signIn(AuthenticationRequirements(isFresh: forceAuthn, acrValues: contextClasses))
    }

    /// SAML Core 3.3.2.2.1, `exact`: one of those that were asked for.
    fileprivate func accepts(_ contextClass: String) -> Bool {
        contextClasses.isEmpty || contextClasses.contains { $0.isSameText(as: contextClass) }
    }
}

extension AuthenticationContext {
    /// The class as SAML names it: an absolute URI (SAML AuthnContext 2.3).
    var contextClass: String {
        acr.flatMap { Self.isAbsoluteURI($0) ? $0 : nil } ?? "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"
    }

    /// RFC 3986 3, 3.1: a scheme, a colon, and something that a URI can hold.
    private static func isAbsoluteURI(_ text: String) -> Bool {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), text.utf8.count <= 256,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return false }
        let scheme = text[..<colon]
        let rest = text.utf8.index(after: colon)
        return rest < text.endIndex && scheme.first?.isLetter == true
            && scheme.allSatisfy { $0.isLetter || $0.isNumber || "+-.".contains($0) }
    }
}

package import Broker
import JOSE

/// A front-channel logout (OpenID Connect Front-Channel Logout 1.0 section 3): the OP's page shows our logout endpoint
/// in a frame.
///
/// Nothing signs it, and it may carry no cookie of ours. What it may do is end the one session that it names: `sid` is
/// a secret between the OP, the browser and us.
package struct FrontChannelLogout: Sendable, Hashable {
    /// Who ended the session.
    package let issuer: String
    /// The session's name at the OP.
    package let sessionID: String

    /// Reads and checks a callback.
    package static func process(
        _ callback: LoginCallback, issuer: String, tenants: TenantIssuers? = nil
    ) throws(LoginError) -> FrontChannelLogout {
        guard callback.endpoint == .logout, callback.method == .get else {
            throw LoginError(.malformedRequest, detail: "Front-Channel Logout 3: needs a GET of the logout endpoint")
        }
        return FrontChannelLogout(
            issuer: try checked(issuer: callback.parameters["iss"], against: issuer, tenants),
            sessionID: try checked(sessionID: callback.parameters["sid"]))
    }

    /// Front-Channel Logout 3: the issuer of our sessions there, or another OP's page would end them.
    private static func checked(
        issuer said: String?, against configured: String, _ tenants: TenantIssuers?
    ) throws(LoginError) -> String {
        guard let said else {
            throw LoginError(.issuerMismatch, detail: "Front-Channel Logout 3: iss is absent")
        }
        let isKnown = tenants?.knows(issuer: said) ?? said.hasSameBytes(as: configured)
        guard isKnown else {
            throw LoginError(
                .issuerMismatch,
                detail: "Front-Channel Logout 3: iss is \(Wire.quoted(said)), configured is \(Wire.quoted(configured))")
        }
        return said
    }

    /// M39: without `sid` only the browser's cookies could say who is meant, and any page may send a browser here.
    private static func checked(sessionID: String?) throws(LoginError) -> String {
        guard let sessionID, Wire.isVisible(sessionID, maximum: 255) else {
            throw LoginError(.subjectInvalid, detail: "Front-Channel Logout 3: sid is absent or malformed")
        }
        return sessionID
    }
}

extension RelyingParty {
    /// Reads a front-channel logout of this OP.
    package func frontChannelLogout(_ callback: LoginCallback) throws(LoginError) -> FrontChannelLogout {
        try FrontChannelLogout.process(
            callback, issuer: configuration.issuer, tenants: configuration.tenantIssuers)
    }
}

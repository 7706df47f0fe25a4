// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation

/// One way to sign in at an IdP: what the portal sends there, and what it believes of what comes back.
protocol SignInMethod: Sendable {
    /// Where the portal listens for it.
    var paths: SignInPaths { get }
    /// The parameter in which the pending login's handle comes back.
    var handleParameter: String { get }
    /// Whether the browser's cookie comes along with the answer: a form of another site does not bring it.
    var comesWithCookie: Bool { get }

    /// Where the browser goes to sign in.
    func begin(_ secrets: LoginSecrets, at addresses: PortalAddresses) async throws(LoginError) -> URL

    /// Who came back.
    func complete(
        _ callback: LoginCallback, resuming secrets: LoginSecrets, at addresses: PortalAddresses
    ) async throws(LoginError) -> SignedInCustomer

    /// Where the browser goes to sign out at the IdP as well.
    func beginLogout(
        of customer: SignedInCustomer, _ pending: PendingPortalLogout, at addresses: PortalAddresses
    ) async throws(LoginError) -> LogoutStep

    /// What a logout message of the IdP means.
    ///
    /// - Parameter pending: Finds, once, the logout that an answer belongs to.
    func receiveLogout(
        _ callback: LoginCallback, at addresses: PortalAddresses,
        pending: (_ state: String) -> PendingPortalLogout?
    ) async throws(LoginError) -> LogoutMessage

    /// The document at `paths.metadata`.
    func metadata(at addresses: PortalAddresses) throws(LoginError) -> String?
}

/// A logout at the IdP that the portal has begun.
struct PendingPortalLogout: Sendable {
    let state: String
    /// An NCName.
    let requestID: String
}

/// What a logout message means.
struct LogoutMessage: Sendable {
    /// How the sender is answered.
    enum Answer: Sendable {
        /// Status 200: it was the IdP's server.
        case ok
        /// It came with the browser, which goes on to the IdP.
        case deliver(LogoutStep)
        /// It was the answer to a logout of ours.
        case signedOut
    }

    /// Whose sessions end.
    var ends: @Sendable (SignedInCustomer) -> Bool = { _ in false }
    /// What may be seen once.
    var oneTime: String?
    let answer: Answer
}

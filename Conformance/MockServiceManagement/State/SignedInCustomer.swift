// SPDX-License-Identifier: Apache-2.0

import Broker
import SAML

/// Whom a session belongs to, as the IdP said at sign-in.
struct SignedInCustomer: Sendable {
    /// What ties the session to the IdP's.
    enum Upstream: Sendable {
        case openID(subject: String, sid: String?, idToken: Secret<String>)
        case saml(nameID: NameID, sessionIndex: String?)
    }

    let username: String
    let displayName: String
    let email: String
    /// The complete list; nil where groups are none of the IdP's business.
    let groups: [String]?
    let upstream: Upstream
}

// SPDX-License-Identifier: Apache-2.0

/// An authorization request that passed its checks and waits for somebody to sign in.
struct AuthorizationRequest: Sendable {
    /// How the answer travels back.
    enum ResponseMode: String, Sendable { case query, formPost = "form_post" }

    let clientID: String
    let redirectURI: String
    let responseMode: ResponseMode
    let scopes: Set<String>
    let state: String?
    let nonce: String?
    let codeChallenge: String?
    let loginHint: String?
    let prompts: Set<String>
    let maxAge: Int64?
    let acr: String?
    /// Google's `access_type=offline`.
    var isOffline = false
    /// The claims parameter asks for `auth_time`.
    var wantsAuthTime = false
    /// What the authorization endpoint's address said: a policy, a tenant.
    var realm = ""
}

/// A sign-in that a browser remembers.
struct OPSession: Sendable {
    let sid: String
    let user: OPUser
    let authTime: Int64
}

/// What one login entitles a client to, from code to UserInfo.
struct Grant: Sendable {
    let request: AuthorizationRequest
    let session: OPSession
    /// The mistake to make in this login.
    let fault: OPFault?
    var vendorFault: VendorFault?
    let issuedAt: Int64
    var redeemed = false
    var accessToken: String?
}

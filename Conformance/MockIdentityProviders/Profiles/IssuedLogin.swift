// SPDX-License-Identifier: Apache-2.0

import JOSE

/// What a vendor knows when it makes the tokens of one login, or of a refresh.
struct IssuedLogin: Sendable {
    let user: OPUser
    let clientID: String
    let scopes: Set<String>
    /// nil at a refresh (OpenID Connect Core 12.2).
    let nonce: String?
    let sid: String
    let authTime: Int64
    let now: Int64
    /// Of the authorization endpoint that began it: a policy, a tenant.
    let realm: String
    /// Whether the time of sign-in was asked for.
    let wantsAuthTime: Bool
    let acr: String?
    /// Unique to these tokens.
    let jti: String
    /// Empty while the access token itself is made.
    var accessToken: String

    init(_ grant: Grant, user: OPUser, now: Int64, jti: String, nonce: String?, accessToken: String = "") {
        self.user = user
        clientID = grant.request.clientID
        scopes = grant.request.scopes
        self.nonce = nonce
        sid = grant.session.sid
        authTime = grant.session.authTime
        self.now = now
        realm = grant.request.realm
        wantsAuthTime = grant.request.maxAge != nil || grant.request.wantsAuthTime
        acr = grant.request.acr
        self.jti = jti
        self.accessToken = accessToken
    }

    var atHash: JSONValue { .string(TokenHash.leftHalf(of: accessToken, algorithm: .rs256)) }

    var groups: JSONValue { .array((user.groups ?? []).map { .string($0) }) }

    var scopeText: JSONValue { .string(scopes.sorted().joined(separator: " ")) }

    /// `iss`, `aud`, `sub`, `iat` and `exp`, which every vendor has.
    func claims(_ issuer: String, subject: String? = nil, lifetime: Int64 = 3600) -> JSONObject {
        [
            "iss": .string(issuer), "aud": .string(clientID), "sub": .string(subject ?? user.sub),
            "iat": .integer(now), "exp": .integer(now + lifetime),
        ]
    }
}

extension JSONObject {
    /// With these members added, or in place of those of the same name; nil adds nothing.
    func with(_ members: [(String, JSONValue?)]) -> JSONObject {
        var object = self
        for (name, value) in members { if let value { object[name] = value } }
        return object
    }

    /// With the members that a scope opens.
    func with(_ isGranted: Bool, _ members: [(String, JSONValue?)]) -> JSONObject {
        isGranted ? with(members) : self
    }
}

extension JSONValue {
    /// The words of a text as a list.
    static func words(_ text: String) -> JSONValue { .array(text.split(separator: " ").map { .string(String($0)) }) }

    /// A text that may be absent.
    static func text(_ text: String?) -> JSONValue? { text.map { .string($0) } }
}

extension OPUser {
    var givenName: String { name.split(separator: " ").first.map(String.init) ?? name }
    var familyName: String { name.split(separator: " ").last.map(String.init) ?? name }
    var mail: JSONValue? { .text(email) }

    /// Somebody of a vendor's organization.
    static func person(_ name: String, at domain: String, sub: String, groups: [String]) -> OPUser {
        let userName = name.split(separator: " ").first?.lowercased() ?? name
        return OPUser(userName: userName, sub: sub, email: "\(userName)@\(domain)", name: name, groups: groups)
    }

    /// The three of every vendor's organization, with the vendor's subjects.
    static func people(at domain: String, sub: (String) -> String) -> [OPUser] {
        [
            ("Alice Archer", ["staff", "support"]), ("Bob Baker", ["staff"]),
            ("Gina Garcia", ["staff", "support", "sales", "finance", "board", "travel", "guests"]),
        ]
        .map { name, groups in
            person(name, at: domain, sub: sub("\(domain)/\(name)"), groups: groups)
        }
    }
}

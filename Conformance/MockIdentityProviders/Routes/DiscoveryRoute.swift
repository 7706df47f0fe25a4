// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import JOSE

/// Metadata (OpenID Connect Discovery 4) and keys.
struct DiscoveryRoute {
    let visit: OPVisit

    func discovery() -> Response { document(metadata) }

    /// A vendor's document.
    func document(_ metadata: JSONObject) -> Response {
        visit.tenant.count("discovery")
        return FaultyDocument(fault: visit.tenant.documentFault).discovery(metadata)
    }

    func jwks() throws -> Response {
        visit.tenant.count("jwks")
        return FaultyDocument(fault: visit.tenant.documentFault).jwks(try visit.tenant.keys().published)
    }

    /// Where the `jku` and `x5u` of faulty tokens point: a relying party that comes here would believe the stranger.
    func lure() throws -> Response {
        visit.tenant.count("lure")
        let keys = try [StrangerKeys.key(.rs256), StrangerKeys.key(.es256)]
        return Answer.json(["keys": .array(keys.map { .object($0.publicKey.publicJWK) })])
    }

    private var metadata: JSONObject {
        let issuer = visit.issuer
        var document: JSONObject = [
            "issuer": .string(issuer),
            "authorization_endpoint": .string(issuer + "/authorize"),
            "token_endpoint": .string(issuer + "/token"),
            "userinfo_endpoint": .string(issuer + "/userinfo"),
            "jwks_uri": .string(issuer + "/jwks"),
            "end_session_endpoint": .string(issuer + "/end-session"),
            "scopes_supported": ["openid", "profile", "email"],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "form_post"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none",
            ],
            "code_challenge_methods_supported": ["S256"],
            "claims_supported": ["sub", "email", "email_verified", "name", "groups", "sid", "acr", "amr", "auth_time"],
            "authorization_response_iss_parameter_supported": .bool(visit.tenant.definition.sendsIssuer),
        ]
        let pushed = visit.tenant.definition.pushedRequests
        if pushed != .none { document["pushed_authorization_request_endpoint"] = .string(issuer + "/par") }
        if pushed == .required { document["require_pushed_authorization_requests"] = true }
        return document
    }
}

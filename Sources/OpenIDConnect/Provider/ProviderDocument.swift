package import JOSE

/// What an OP says about itself (OpenID Connect Discovery 3); it names nothing that is not there.
package enum ProviderDocument {
    /// The document of the OP of one client.
    package static func object(issuer: String, client: RegisteredClient, claims: [String]) -> JSONObject {
        var document: JSONObject = [
            "issuer": .string(issuer),
            "authorization_endpoint": .string("\(issuer)/authorize"),
            "token_endpoint": .string("\(issuer)/token"),
            "userinfo_endpoint": .string("\(issuer)/userinfo"),
            "jwks_uri": .string("\(issuer)/jwks"),
            "end_session_endpoint": .string("\(issuer)/logout"),
            "scopes_supported": list(client.scopes),
            "response_types_supported": ["code"],
            "response_modes_supported": list(ResponseMode.allCases.map(\.rawValue)),
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": list([client.authentication.rawValue]),
        ]
        if client.authentication == .privateKeyJWT {
            document["token_endpoint_auth_signing_alg_values_supported"] = list(ClientAssertion.algorithms)
        }
        for (name, value) in rest(claims) { document[name] = value }
        return document
    }

    private static func rest(_ claims: [String]) -> JSONObject {
        [
            "claim_types_supported": ["normal"],
            "claims_supported": list(told + claims),
            "code_challenge_methods_supported": ["S256"],
            "prompt_values_supported": ["none", "login", "select_account"],
            "authorization_response_iss_parameter_supported": true,
            "claims_parameter_supported": false,
            "request_parameter_supported": false,
            "request_uri_parameter_supported": false,
            "backchannel_logout_supported": true,
            "backchannel_logout_session_supported": true,
        ]
    }

    private static let told = ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash"]

    private static func list(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }
}

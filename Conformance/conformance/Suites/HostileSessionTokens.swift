// SPDX-License-Identifier: Apache-2.0

import JOSE

/// One way to make a session token that must open nothing.
struct HostileSessionToken: Sendable {
    let name: String
    let rule: String
    /// From a good token and the key that signed it.
    let make: @Sendable (HostileTokens, VerificationKey) throws -> String

    private init(
        _ name: String, _ rule: String, _ make: @escaping @Sendable (HostileTokens, VerificationKey) throws -> String
    ) {
        (self.name, self.rule, self.make) = (name, rule, make)
    }

    /// The list.
    ///
    /// Each stands for a forgery that some library or broker has let pass.
    static let all: [HostileSessionToken] =
        ["none", "None", "NONE", "nOnE", ""].map { name in
            HostileSessionToken("alg \"\(name)\" without a signature", "M31") { tokens, _ in
                try tokens.unsigned(name)
            }
        } + [
            .init("alg none with the old signature", "M31") { tokens, _ in
                try tokens.unsigned("none", keepingSignature: true)
            },
            .init("HS256 with the public key as secret", "M31") { tokens, key in try tokens.hmac(with: key) },
            .init("a stranger's key under our kid", "M30") { tokens, _ in try tokens.signedByStranger() },
            .init("a stranger's key in the header", "M32") { tokens, _ in
                try tokens.signedByStranger { header, key in header["jwk"] = .object(key.publicJWK) }
            },
            .init("a stranger's key at a jku", "M32") { tokens, _ in
                try tokens.signedByStranger { header, _ in header["jku"] = "http://idp.localhost:1/jwks" }
            },
            .init("an unknown kid", "M33") { tokens, _ in
                try tokens.signedByStranger { header, _ in header["kid"] = "nobody" }
            },
            .init("no kid", "M32") { tokens, _ in try tokens.signedByStranger { header, _ in header["kid"] = nil } },
            .init("an unknown crit", "M30") { tokens, _ in
                try tokens.signedByStranger { header, _ in
                    (header["crit"], header["x"]) = (.array(["x"]), 1)
                }
            },
            .init("another subject under the signature", "M30") { tokens, _ in
                try tokens.changed("sub", to: "c_0000000000000000000000000")
            },
            .init("another audience under the signature", "M34") { tokens, _ in try tokens.changed("aud", to: "other")
            },
            .init("a later expiry under the signature", "M35") { tokens, _ in
                try tokens.changed("exp", to: 4_102_444_800)
            },
            .init("one bit of the signature flipped", "M30") { tokens, _ in try tokens.tampered() },
            .init("no signature", "M30") { tokens, _ in try tokens.cut() },
            .init("an empty text", "M30") { _, _ in "" },
        ]
}

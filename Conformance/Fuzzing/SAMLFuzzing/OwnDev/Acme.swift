package import Broker
package import SAML
package import XMLSecurity

/// A connection to the IdP of the messages: its keys, and what is expected of a Response.
package struct Acme: Sendable {
    /// The IdP's signing keys.
    package let keys: [PublicKey]
    /// What it may sign and encrypt with.
    package let policy: ResponsePolicy
    /// The moment at which messages come.
    package let now: Timestamp
    private let decryptionKeys: [PrivateKey]
    private let tenant: OwnDev.Tenant
    private let steps: Set<ResponseReader.Step>

    /// Everything weak that a dated exception could allow; what a fuzzer meets there is more code, not less.
    package static let lenient = ResponsePolicy(
        requires: .either, signature: SignaturePolicy(allowsSHA1: true),
        encryption: EncryptionPolicy(allowsCBC: true, allowsRSA15: true, allowsUnsignedCBC: true))

    /// A connection.
    ///
    /// - Parameters:
    ///   - own: The messages.
    ///   - policy: What counts.
    ///   - keys: Other signing keys than the IdP's.
    ///   - steps: Steps of the reader; a run without one shows what it is there for.
    package init(
        _ own: OwnDev, policy: ResponsePolicy = .standard, keys: [PublicKey]? = nil,
        steps: Set<ResponseReader.Step> = Set(ResponseReader.Step.allCases)
    ) throws {
        tenant = own.acme
        now = own.now
        self.policy = policy
        self.keys = try keys ?? own.certificateKeys(own.acme.signing_certs)
        decryptionKeys = try (own.acme.decryption_keys ?? []).map(own.privateKey)
        self.steps = steps
    }

    /// Whom a Response signs in.
    ///
    /// - Throws: The rule that refuses; `failed_status` for a Response that says no.
    package func person(in octets: [UInt8]) throws(SAMLError) -> SignedPerson {
        let message = try verified(octets)
        try ResponseCheck.run(on: message, expecting: expectations)
        return try SignedPerson(AssertionContent(message, skew: expectations.skew))
    }

    /// A Response whose signatures hold, whatever it says.
    package func verified(_ octets: [UInt8]) throws(SAMLError) -> VerifiedResponse {
        let reader = ResponseReader(keys: keys, decryptionKeys: decryptionKeys, policy: policy, steps: steps)
        guard case .verified(let message) = try reader.read(octets) else {
            throw SAMLError("failed_status", "the IdP says no")
        }
        return message
    }

    /// What a Response is held against.
    package var expectations: ResponseExpectations {
        ResponseExpectations(
            idpEntityID: tenant.idp_entity_id, spEntityID: tenant.sp_entity_id, acsURL: tenant.acs,
            requestID: "_req-0001", now: now)
    }

    /// What a logout message is held against.
    package var logoutExpectations: LogoutExpectations {
        LogoutExpectations(
            issuer: tenant.idp_entity_id, endpoint: tenant.slo ?? "", requestID: "_req-0001", now: now)
    }

    /// Encrypts to us, as anybody can.
    package var encryptor: Encryptor {
        get throws {
            guard let key = decryptionKeys.first else { throw Unfit("no decryption key") }
            return Encryptor(to: try key.publicKey)
        }
    }
}

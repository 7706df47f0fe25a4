import Broker
import Foundation
import SAML
import SAMLProvider
import Testing
import XMLSecurity

@Suite struct LoginTests {
    let world: World
    init() throws { world = try World() }

    @Test func `sends the browser to the IdP with a signed AuthnRequest`() async throws {
        let provider = try world.provider { $0.forceAuthn = true }
        let step = try await provider.beginLogin(try world.request())
        guard case .redirect(let url) = step.action else { throw Absent() }
        let message = try RedirectMessage(rawQuery: Data((url.query(percentEncoded: true) ?? "").utf8))
        let key = try PublicKey(subjectPublicKeyInfo: Array(world.ownKeys[0].subjectPublicKeyInfo))
        let verified = try message.verified(keys: [key], policy: .standard)
        #expect(verified.kind == .request)
        #expect(verified.relayState?.value == world.secrets.state)
        #expect(url.absoluteString.hasPrefix("https://idp.example/sso?SAMLRequest="))
        #expect(!step.state.bytes.isEmpty)
    }

    @Test func `posts the AuthnRequest where the connection says so`() async throws {
        let provider = try world.provider {
            $0.ssoBinding = .post
            $0.requestBinding = .post
        }
        let step = try await provider.beginLogin(try world.request())
        guard case .formPost(let url, let fields) = step.action else { throw Absent() }
        #expect(url.absoluteString == "https://idp.example/sso")
        #expect(fields.map(\.name) == ["SAMLRequest", "RelayState"])
    }

    @Test func `a login proves an identity`() async throws {
        let identity = try await world.login(world.provider()).identity
        #expect(
            identity.subject
                == SubjectKey(connection: "globex", issuer: World.idp, subject: "gina@globex.example"))
        #expect(identity.email?.address.description == "gina@globex.example")
        #expect(identity.email?.evidence == .tenantOwnsDomain)
        #expect(identity.displayName == "Gina")
        #expect(identity.authentication.authTime == world.clock.now)
        #expect(identity.oneTime.map(\.identifier) == ["assertion:_assertion-1"])
        #expect(identity.oneTime.first?.until == world.clock.now + .seconds(480))
        #expect(identity.claims.allSatisfy { $0.provenance == .assertion })
        #expect(identity.upstream?.sessionID == "s1")
        #expect(identity.upstream?.principal?.contains("gina") == false)
    }

    @Test(arguments: [ContentCipher.aes128GCM, .aes256GCM])
    func `opens an encrypted assertion with the current key and with the next`(cipher: ContentCipher) async throws {
        for handle in world.ownKeys {
            let key = try PublicKey(subjectPublicKeyInfo: Array(handle.subjectPublicKeyInfo))
            let message = world.message().with {
                $0.encryptTo = key
                $0.cipher = cipher
            }
            let identity = try await world.login(world.provider(), message: message).identity
            #expect(identity.email?.address.description == "gina@globex.example")
        }
    }

    @Test func `refuses what only the sender's own encryption vouches for`() async throws {
        let key = try PublicKey(subjectPublicKeyInfo: Array(world.ownKeys[0].subjectPublicKeyInfo))
        let message = world.message().with {
            $0.encryptTo = key
            $0.signer = nil
        }
        #expect(await refusal { try await world.login(world.provider(), message: message) } == "signature_missing")
    }

    @Test func `AES-CBC is refused, and taken inside a signed Response until its day ends`() async throws {
        let key = try PublicKey(subjectPublicKeyInfo: Array(world.ownKeys[0].subjectPublicKeyInfo))
        let unsigned = world.message().with {
            $0.encryptTo = key
            $0.cipher = .aes256CBC
        }
        let signed = unsigned.with { $0.responseSigner = world.keys.first }
        let excepted = try world.provider { $0.exceptions = .init(aesCBC: "2027-01-15") }
        #expect(
            await refusal { try await world.login(world.provider(), message: signed) }
                == "encryption_algorithm_not_allowed")
        #expect(await refusal { try await world.login(excepted, message: unsigned) } == "weak_encryption_unsigned")
        _ = try await world.login(excepted, message: signed).identity
        let open = try world.provider { $0.exceptions = .init(aesCBCUnsigned: "2027-01-15") }
        _ = try await world.login(open, message: unsigned).identity
        #expect(open.exceptions.map(\.name) == ["aesCBCUnsigned"])
        // The clock stands at 2027-01-15T08:00:00Z.
        world.clock.advance(.seconds(16 * 3600))
        let late = signed.with { $0.at = world.clock.now }
        for provider in [excepted, open] {
            #expect(
                await refusal { try await world.login(provider, message: late) } == "encryption_algorithm_not_allowed")
        }
    }

    @Test(arguments: [
        (SAMLProvider.Settings.Requirement.response, "signature_requirement_not_met"),
        (.both, "signature_requirement_not_met"),
    ])
    func `an assertion's signature alone does not do where more is required`(
        required: SAMLProvider.Settings.Requirement, rule: String
    ) async throws {
        let provider = try world.provider { $0.require = required }
        #expect(await refusal { try await world.login(provider) } == rule)
        let both = world.message().with { $0.responseSigner = world.keys.first }
        _ = try await world.login(provider, message: both).identity
    }

    @Test func `every refusal is one code, and its rule is for the audit log alone`() async throws {
        let hostile = [
            world.message().with { $0.audience = "https://other.example" }, world.message().with { $0.signer = nil },
            world.message().with { $0.signer = world.keys.second },
            world.message().with { $0.issuer = "https://x.example" },
        ]
        for message in hostile {
            do {
                _ = try await world.login(world.provider(), message: message)
                Issue.record("a hostile message was accepted")
            } catch let error as LoginError {
                #expect(error.code == .messageRefused)
                #expect(error.rule?.isEmpty == false)
                #expect(!error.detail.contains("gina"))
            }
        }
    }

    @Test func `the answer to another request is refused`() async throws {
        #expect(
            await refusal { try await world.login(world.provider(), requestID: "_other") }
                == "in_response_to_mismatch")
    }

    @Test func `a Response by GET is refused`() async throws {
        let provider = try world.provider()
        let step = try await provider.beginLogin(try world.request())
        let callback = try LoginCallback(method: .get, rawQuery: Data("SAMLResponse=YQ%3D%3D&RelayState=s".utf8))
        #expect(
            await refusal { try await provider.completeLogin(callback, resuming: world.pending(step.state)) }
                == "binding_not_allowed")
    }

    @Test func `a request that was sent to another IdP is not answered by this one`() async throws {
        let before = try world.provider { $0.entityID = "https://old.example/saml" }
        let step = try await before.beginLogin(try world.request())
        let response = try world.message().post()
        let now = try world.provider()
        #expect(
            await refusal { try await now.completeLogin(response, resuming: world.pending(step.state)) }
                == "configuration_invalid")
    }

    @Test(arguments: [
        ("AuthnFailed", Denial.Reason.refusedByIdP), ("RequestDenied", .refusedByIdP),
        ("NoAuthnContext", .requirementsNotMet),
    ])
    func `the IdP's no is a denial`(code: String, reason: Denial.Reason) async throws {
        let message = world.message().with {
            $0.status = SAMLURI.responder
            $0.secondStatus = "urn:oasis:names:tc:SAML:2.0:status:\(code)"
            $0.hasAssertion = false
        }
        let denial = try await world.login(world.provider(), message: message).denial
        #expect(denial?.reason == reason)
        #expect(denial?.detail == "the IdP answered Responder / \(code)")
    }

    @Test func `a no to another request, of another IdP or under another key is none to ours`() async throws {
        let denied = world.message().with {
            $0.status = SAMLURI.responder
            $0.secondStatus = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"
            $0.hasAssertion = false
        }
        let cases = [
            ("in_response_to_mismatch", denied.with { $0.inResponseTo = "_other" }),
            ("issuer_mismatch", denied.with { $0.issuer = "https://x.example" }),
            ("destination_mismatch", denied.with { $0.destination = "https://x.example" }),
            ("signature_invalid", denied.with { $0.responseSigner = world.keys.second }),
        ]
        for (rule, message) in cases {
            let refused = await refusal { try await world.login(world.provider(), message: message) }
            #expect(refused == rule)
        }
        let signed = denied.with { $0.responseSigner = world.keys.first }
        #expect(try await world.login(world.provider(), message: signed).denial?.reason == .refusedByIdP)
    }

    @Test func `a technical failure of the IdP is a refusal`() async throws {
        let message = world.message().with {
            $0.status = SAMLURI.responder
            $0.hasAssertion = false
        }
        #expect(await refusal { try await world.login(world.provider(), message: message) } == "status_not_success")
    }

    @Test func `a fresh sign-in that was asked for must be one`() async throws {
        let provider = try world.provider { $0.forceAuthn = true }
        let old = world.message().with { $0.authnInstant = world.clock.now - .seconds(181) }
        #expect(await refusal { try await world.login(provider, message: old) } == "authentication_not_fresh")
        _ = try await world.login(provider).identity
    }

    @Test func `the context class must be one of those that were asked for`() async throws {
        let provider = try world.provider { $0.authnContext = ["urn:example:mfa"] }
        #expect(await refusal { try await world.login(provider) } == "context_class_not_met")
        let strong = world.message().with { $0.context = "urn:example:mfa" }
        let identity = try await world.login(provider, message: strong).identity
        #expect(identity.authentication.acr == "urn:example:mfa")
        #expect(identity.authentication.amr.isEmpty)
    }

    @Test func `a login asks for no class that the connection does not take`() async throws {
        let provider = try world.provider { $0.authnContext = ["urn:a", "urn:b"] }
        let weak = AuthenticationRequirements(acrValues: ["urn:c"])
        #expect(await refusal { try await provider.beginLogin(world.request(weak)) } == "requirements_not_met")
        let strong = AuthenticationRequirements(acrValues: ["urn:c", "urn:b"])
        let message = world.message().with { $0.context = "urn:b" }
        _ = try await world.login(provider, requirements: strong, message: message).identity
        let other = world.message().with { $0.context = "urn:c" }
        let refused = await refusal { try await world.login(provider, requirements: strong, message: other) }
        #expect(refused == "context_class_not_met")
    }

    @Test func `which key vouched is told, and how the person signed in`() async throws {
        let provider = try world.provider {
            $0.signingCertificates = [world.keys.second.certificate, world.keys.first.certificate]
        }
        let first = try await world.login(provider).identity
        let second = try await world.login(
            provider, message: world.message().with { $0.signer = world.keys.second }
        ).identity
        #expect(first.keyID?.count == 64)
        #expect(second.keyID?.count == 64)
        #expect(first.keyID != second.keyID)
        #expect(first.authentication.amr == ["pwd"])
    }
}

import Broker
import Foundation
import SAML
import SAMLProvider
import Testing

@Suite struct SettingsTests {
    let world: World
    init() throws { world = try World() }

    private func problems(_ change: (inout SAMLProvider.Settings) -> Void) -> [String] {
        do {
            _ = try world.provider(change)
            return []
        } catch let error as SettingsError {
            return error.problems.map { $0.path.joined(separator: ".") }
        } catch {
            return ["\(error)"]
        }
    }

    @Test func `a connection without a key does not load`() {
        #expect(problems { $0.signingCertificates = [] } == ["signingCertificates"])
    }

    @Test func `a certificate that cannot be read is named by its place`() {
        #expect(problems { $0.signingCertificates.append("no certificate") } == ["signingCertificates.1"])
    }

    @Test func `a key that would not be used is a problem`() {
        #expect(problems { $0.metadataURL = "https://idp.example/metadata" } == ["metadataURL"])
        let left = problems {
            $0.trust = .tls
            $0.metadataURL = "https://idp.example/metadata"
        }
        #expect(left == ["ssoURL", "sloURL", "signingCertificates"])
    }

    @Test func `pinned metadata needs the certificate, and trust by address the address`() {
        let pinned = problems {
            $0.trust = .pinnedSignature
            $0.metadataURL = "https://idp.example/metadata"
            ($0.ssoURL, $0.sloURL, $0.signingCertificates) = (nil, nil, [])
        }
        #expect(pinned == ["metadataCertificate"])
        let tls = problems {
            $0.trust = .tls
            ($0.ssoURL, $0.sloURL, $0.signingCertificates) = (nil, nil, [])
        }
        #expect(tls == ["metadataURL"])
    }

    @Test func `metadata that does not hold names its rule`() {
        let broken = problems {
            $0.metadata = "<EntityDescriptor/>"
            ($0.ssoURL, $0.sloURL, $0.signingCertificates) = (nil, nil, [])
        }
        #expect(broken == ["metadata"])
    }

    @Test(arguments: ["2027-13-01", "tomorrow", "2027-01-31T00:00:00Z"])
    func `an exception needs a day`(day: String) {
        #expect(problems { $0.exceptions.sha1 = day } == ["exceptions.sha1"])
    }

    @Test func `exceptions are told with the end of their day`() throws {
        let provider = try world.provider { $0.exceptions.sha1 = "2027-01-31" }
        #expect(
            provider.exceptions
                == [WeakeningException(name: "sha1", until: try unwrap(SAMLTime.parse("2027-02-01T00:00:00Z")))])
    }

    @Test func `a subject attribute goes with its setting`() {
        #expect(problems { $0.subject = .attribute } == ["subjectAttribute"])
        #expect(problems { $0.subjectAttribute = "x" } == ["subjectAttribute"])
    }

    @Test func `a login that nobody asked for cannot be a fresh one`() {
        let both = problems {
            $0.idpInitiated = .accept
            $0.forceAuthn = true
        }
        #expect(both == ["idpInitiated"])
    }

    @Test func `a bare visit begins no login`() async throws {
        let provider = try world.provider { $0.idpInitiated = .restart }
        let visit = try LoginCallback(method: .get, rawQuery: Data())
        #expect(await refusal { try await provider.receiveUnsolicited(visit) } == "message_missing")
    }

    @Test func `logins that the IdP starts are off unless configured`() async throws {
        let message = world.message().with { $0.inResponseTo = nil }
        guard case .notConfigured = try await world.provider().receiveUnsolicited(try message.post()) else {
            Issue.record("an unsolicited message was taken")
            return
        }
        guard
            case .begin = try await world.provider({ $0.idpInitiated = .restart }).receiveUnsolicited(
                try message.post())
        else {
            Issue.record("an unsolicited message did not begin a login")
            return
        }
    }

    @Test func `an accepted unsolicited message passes every other check`() async throws {
        let provider = try world.provider { $0.idpInitiated = .accept }
        let good = world.message().with { $0.inResponseTo = nil }
        guard case .identity(let identity) = try await provider.receiveUnsolicited(try good.post()) else {
            throw Absent()
        }
        #expect(identity.oneTime.isEmpty == false)
        let answered = world.message()
        #expect(
            await refusal { try await provider.receiveUnsolicited(try answered.post()) } == "in_response_to_mismatch")
        let foreign = good.with { $0.audience = "https://other.example" }
        #expect(await refusal { try await provider.receiveUnsolicited(try foreign.post()) } == "audience_mismatch")
    }
}

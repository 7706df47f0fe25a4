import Broker
import Testing
import TrustDocuments
import XMLSecurity

@testable import SAML

@Suite(.enabled(if: UpstreamVectors.folder != nil, "\(UpstreamVectors.absence)"))
struct UpstreamMetadataTests {
    typealias Entry = UpstreamVectors.Entry

    @Test(arguments: UpstreamVectors.entries(.metadata))
    func `reads metadata of the corpora as its verdict says`(entry: Entry) throws {
        #expect(try entry.isKnownVersion)
        var found: IdentityProviderDescription?
        let rule = try refusingRule {
            found = try MetadataReader(entityID: entry.needs?.idp_entity_id ?? "", now: entry.now).read(entry.xml())
        }
        #expect(rule == entry.refused_by)
        #expect((rule == nil) == (entry.verdict == .accept))
        guard let found else { return }
        #expect(found.signingKeys.count == entry.signing_keys)
        #expect(found.singleSignOn.map(\.location) == entry.sso?.map(\.location))
        #expect(
            found.singleSignOn.map { $0.binding == .post ? "HTTP-POST" : "HTTP-Redirect" } == entry.sso?.map(\.binding))
        #expect(found.validUntil == entry.valid_until.flatMap(SAMLTime.parse))
    }

    @Test(arguments: UpstreamVectors.entries(.logoutRequest))
    func `reads a LogoutRequest of the corpora as its verdict says`(entry: Entry) throws {
        #expect(try entry.isKnownVersion)
        var received: LogoutReader.ReceivedRequest?
        let rule = try refusingRule {
            received = try Self.reader(entry).request(
                Self.inbound(entry, "SAMLRequest"), expecting: Self.expected(entry))
        }
        #expect(rule == entry.refused_by)
        #expect((rule == nil) == (entry.verdict == .accept))
        guard let message = received?.message else { return }
        #expect(Fingerprint.sha256Hex(Array(message.nameID.value.utf8)) == entry.identity?.nameID)
        #expect(message.sessionIndexes == entry.identity?.sessionIndex ?? [])
        let strict = try refusingRule {
            _ = try Self.reader(entry, exceptions: []).request(
                Self.inbound(entry, "SAMLRequest"), expecting: Self.expected(entry))
        }
        #expect(strict == "signature_algorithm_not_allowed")
    }

    @Test(arguments: UpstreamVectors.entries(.logoutResponse))
    func `reads a LogoutResponse of the corpora as its verdict says`(entry: Entry) throws {
        #expect(try entry.isKnownVersion)
        let rule = try refusingRule {
            var expected = Self.expected(entry)
            expected.requestID = entry.needs?.in_response_to
            _ = try Self.reader(entry).response(Self.inbound(entry, "SAMLResponse"), expecting: expected)
        }
        #expect(rule == entry.refused_by)
        #expect((rule == nil) == (entry.verdict == .accept))
    }

    private static func reader(_ entry: Entry, exceptions: Set<String>? = nil) throws -> LogoutReader {
        LogoutReader(
            keys: try UpstreamLogin(entry).keys(),
            policy: ResponsePolicy(exceptions: exceptions ?? entry.exceptions).signature)
    }

    private static func expected(_ entry: Entry) -> LogoutExpectations {
        LogoutExpectations(
            issuer: entry.needs?.idp_entity_id ?? "", endpoint: entry.needs?.slo ?? "", now: entry.now)
    }

    /// As it would come by POST.
    private static func inbound(_ entry: Entry, _ field: String) throws -> InboundMessage {
        .post(try PostMessage(Parties.form([FormParameter(field, Base64.encode(entry.xml()))])))
    }
}

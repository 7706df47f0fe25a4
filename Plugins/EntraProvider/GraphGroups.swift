import Broker
import Foundation
import HTTPTypes
import OpenIDConnect

/// The groups of the person whose access token it is, asked of Microsoft Graph.
///
/// Whatever goes wrong makes the set incomplete, never empty: a rule that denies a group must not open when Graph is
/// away.
struct GraphGroups: Sendable {
    /// What came of it.
    struct Answer: Sendable {
        let groups: GroupSet
        /// What the operator reads where the set is not complete; never a token or an address with one.
        let problem: String?
    }

    /// The most pages; 999 groups are on one.
    static let maximumPages = 10
    private static let path = "/v1.0/me/transitiveMemberOf/microsoft.graph.group?$select=id,securityEnabled&$top=999"

    /// Graph's own origin: the token goes nowhere else.
    let origin: URL
    let transport: any HTTPTransport

    /// Every security group, direct or through others.
    func groups(accessToken: Secret<String>) async -> Answer {
        do throws(LoginError) {
            var groups: [String] = []
            var next = try destination(origin.absoluteString + Self.path)
            for _ in 0..<Self.maximumPages {
                let page = try Wire.jsonObject(try await send(next, accessToken), of: "Graph")
                groups += try Self.securityGroups(of: page)
                guard page.contains("@odata.nextLink") else {
                    return Answer(groups: GroupSet(groups, completeness: .complete), problem: nil)
                }
                next = try destination(page.string("@odata.nextLink"))
            }
            return Answer(
                groups: GroupSet([], completeness: .overage), problem: "Graph: more than \(Self.maximumPages) pages")
        } catch {
            return Answer(groups: GroupSet([], completeness: .failed), problem: error.detail)
        }
    }

    /// The ids of a page's groups that are security groups.
    ///
    /// Anybody may join many of the others by themselves. Without the permission Graph says the id alone; then nothing
    /// is known.
    private static func securityGroups(of page: ClaimSet) throws(LoginError) -> [String] {
        guard let members = page.objects("value") else {
            throw LoginError(.upstreamInvalid, detail: "Graph: value is not a list of objects")
        }
        var groups: [String] = []
        for member in members {
            guard let id = member.string("id").flatMap(GUIDText.canonical),
                let isSecurityGroup = member.bool("securityEnabled")
            else {
                throw LoginError(
                    .upstreamInvalid,
                    detail: "Graph: a group without id or securityEnabled; is GroupMember.Read.All consented to?")
            }
            if isSecurityGroup { groups.append(id) }
        }
        return groups
    }

    /// An address to send the token to; a next page elsewhere would hand it to another host.
    private func destination(_ text: String?) throws(LoginError) -> URL {
        guard let text, text.utf8.count <= 8192, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let url = URL(string: text), url.user() == nil, url.password() == nil, url.fragment() == nil,
            url.scheme?.lowercased() == origin.scheme?.lowercased(), url.port == origin.port,
            let host = url.host(), host.lowercased() == origin.host()?.lowercased()
        else { throw LoginError(.upstreamInvalid, detail: "Graph: the next page is not at Graph's own origin") }
        return url
    }

    private func send(_ url: URL, _ accessToken: Secret<String>) async throws(LoginError) -> OutboundResponse {
        let request = OutboundRequest(
            url: url, headerFields: [.accept: "application/json", .authorization: "Bearer \(accessToken.reveal())"])
        do throws(TransportError) {
            return try await transport.send(request)
        } catch {
            throw LoginError(.upstreamUnavailable, detail: "Graph: \(error.code.rawValue)", underlying: error)
        }
    }
}

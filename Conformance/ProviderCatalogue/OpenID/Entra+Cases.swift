import Broker
import ConformanceKit
import Foundation
import HTTPTypes

extension Entra {
    private static func tenantCase(
        _ name: String, number: Int? = nil, verdict: Verdict,
        _ change: @escaping @Sendable (inout Claims, TokenFacts) -> Void
    ) -> VendorCase {
        VendorCase(
            name, number: number, clause: "Microsoft identity platform, multitenant: validate the issuer",
            fix: "tid must be listed first; then it takes the placeholder's place, and iss must be that",
            upstream: { try ScriptedOpenIDProvider($0, organizations, [.claims(change)]) }, verdict: verdict)
    }

    /// Whose token it is.
    static let tenantCases = [
        tenantCase("a tenant that is not listed", number: 15, verdict: .refused(.notAdmitted)) { claims, _ in
            claims["tid"] = .string(foreign)
            claims["iss"] = .string(issuer(foreign))
        },
        tenantCase("a listed tid with a foreign issuer", number: 15, verdict: .refused(.issuerMismatch)) { claims, _ in
            claims["iss"] = .string(issuer(foreign))
        },
        tenantCase("a foreign tid with a listed issuer", number: 15, verdict: .refused(.notAdmitted)) { claims, _ in
            claims["tid"] = .string(foreign)
        },
        tenantCase("the placeholder itself as issuer", number: 15, verdict: .refused(.issuerMismatch)) { claims, _ in
            claims["iss"] = .string(issuer("{tenantid}"))
        },
        tenantCase("a personal account", number: 15, verdict: .refused(.notAdmitted)) { claims, _ in
            claims["tid"] = .string(consumers)
            claims["iss"] = .string(issuer(consumers))
        },
        tenantCase(
            "the second listed tenant",
            verdict: .identity(ExpectedIdentity(issuer: issuer(secondTenant), tenant: secondTenant))
        ) { claims, _ in
            claims["tid"] = .string(secondTenant)
            claims["iss"] = .string(issuer(secondTenant))
        },
        VendorCase(
            "a key that says it is another tenant's", clause: "Microsoft identity platform, signing keys: issuer",
            fix: "leave keys of other issuers out",
            upstream: { bench in
                try ScriptedOpenIDProvider(
                    bench, organizations.with { $0.keyMembers = ["issuer": .string(issuer(foreign))] })
            }, verdict: .refusedAnyhow),
    ]

    private static func address(
        _ name: String, _ edov: JSON?, _ evidence: Email.Evidence,
        settings: @escaping @Sendable (inout Claims) -> Void = { _ in }
    ) -> VendorCase {
        VendorCase(
            name, number: 16, clause: "Microsoft, migrate off e-mail as an authorization claim; xms_edov",
            fix: "nothing speaks for an address but xms_edov or the operator", settings: settings,
            upstream: { try ScriptedOpenIDProvider($0, shape, [.claims { claims, _ in claims["xms_edov"] = edov }]) },
            verdict: .identity(ExpectedIdentity(email: "alice@acme.example", evidence: evidence)))
    }

    /// What speaks for an address.
    static let addressCases = [
        address("the victim's address without xms_edov", nil, .none),
        address("xms_edov false", false, .none), address("xms_edov as the text 0", "0", .none),
        address("xms_edov as the text false", "false", .none), address("xms_edov as the text 1", "1", .idpVerified),
        address("xms_edov as the number 1", 1, .idpVerified),
        address("xms_edov as the text true", "true", .idpVerified),
        address("one tenant that owns its domain", nil, .tenantOwnsDomain) { $0["emailEvidence"] = "tenantOwnsDomain" },
    ]

    private static func person(
        _ name: String, _ verdict: Verdict, _ change: @escaping @Sendable (inout Claims, TokenFacts) -> Void
    ) -> VendorCase {
        VendorCase(
            name, clause: "Microsoft identity platform, ID token claims", fix: "people are tid and oid; groups are ids",
            upstream: { try ScriptedOpenIDProvider($0, shape, [.claims(change)]) }, verdict: verdict)
    }

    /// Who it is, and what they are in.
    static let personCases = [
        person("no oid", .refused(.subjectInvalid)) { claims, _ in claims["oid"] = nil },
        person("an oid that is no id", .refused(.subjectInvalid)) { claims, _ in claims["oid"] = "alice" },
        person("groups by name", .identity(ExpectedIdentity(completeness: .failed, groups: []))) { claims, _ in
            claims["groups"] = ["Administrators"]
        },
        person("no groups claim", .identity(ExpectedIdentity(completeness: .unsupported, groups: []))) { claims, _ in
            claims["groups"] = nil
        },
        person("hasgroups, and Graph not asked", .identity(ExpectedIdentity(completeness: .overage, groups: []))) {
            claims, _ in
            claims["groups"] = nil
            claims["hasgroups"] = true
        },
        person("a user name where there is no address", .identity(ExpectedIdentity(evidence: Email.Evidence.none))) {
            claims, _ in claims["email"] = nil
        },
    ]

    private static func overage(
        _ name: String, _ expected: ExpectedIdentity, _ answer: @escaping OpenIDShape.Route.Answer
    ) -> VendorCase {
        VendorCase(
            name, number: 17, clause: "Microsoft Graph, transitiveMemberOf; groups overage claim",
            fix: "read every page, and call the set failed where one does not come",
            upstream: { try ScriptedOpenIDProvider($0, organizations.with { $0.routes = [.init(graph, answer)] }) },
            verdict: .identity(expected))
    }

    private static let unknown = ExpectedIdentity(completeness: .failed, groups: [])
    private static let next = "https://graph.microsoft.com/v1.0/me/transitiveMemberOf/microsoft.graph.group?$skiptoken="

    /// Groups that the token left out.
    static let overageCases = [
        overage("overage with Graph 401", unknown) { _, _ throws(TransportError) in
            .json(["error": ["code": "InvalidAuthenticationToken"]], status: .unauthorized)
        },
        overage("overage with Graph 500", unknown) { _, _ throws(TransportError) in
            .json(["error": ["code": "InternalServerError"]], status: .internalServerError)
        },
        overage("overage with Graph that is slow", unknown) { _, _ throws(TransportError) in
            throw TransportError(.timedOut, detail: "graph.microsoft.com")
        },
        overage(
            "overage with three pages of Graph",
            ExpectedIdentity(
                completeness: .complete, groups: (0..<3).map { "99999999-0000-4000-8000-00000000010\($0)" })
        ) { request, _ throws(TransportError) in
            let number = (1...2).first { request.url.absoluteString.hasSuffix("skiptoken=\($0)") } ?? 0
            return page(
                ["99999999-0000-4000-8000-00000000010\(number)"], next: number < 2 ? next + "\(number + 1)" : nil)
        },
        overage("overage with a second page that fails", unknown) { request, _ throws(TransportError) in
            request.url.absoluteString.contains("skiptoken")
                ? OutboundResponse(status: .serviceUnavailable) : page(groups, next: next + "1")
        },
        overage("overage with a next page at another host", unknown) { _, _ throws(TransportError) in
            page(groups, next: "https://evil.example/v1.0/me")
        },
        overage("overage without the permission to read groups", unknown) { _, _ throws(TransportError) in
            .json(["value": [["id": .string(groups[0]), "securityEnabled": .null]]])
        },
        overage("overage without end", ExpectedIdentity(completeness: .overage)) { _, _ throws(TransportError) in
            page(groups, next: next + "1")
        },
    ]
}

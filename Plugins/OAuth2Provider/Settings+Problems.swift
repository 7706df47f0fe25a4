import Broker
import Foundation
import OpenIDConnect

extension OAuth2Provider.Settings {
    /// What the form cannot see because it takes two fields to see it.
    ///
    /// A key of the other profile refuses: it would look like a check that is made, and none would be.
    var problems: [SettingsError.Problem] {
        endpointProblems + scopeProblems + (profile == .custom ? customProblems : gitHubProblems)
    }

    private var endpointProblems: [SettingsError.Problem] {
        let given = [
            ("authorizationEndpoint", authorizationEndpoint), ("tokenEndpoint", tokenEndpoint),
            ("userInfoURL", userInfoURL),
        ]
        let isPartial = given.contains { $0.1 != nil } || profile == .custom
        return given.compactMap { key, text in
            guard let text else {
                guard isPartial else { return nil }
                let reason = profile == .custom ? "is required" : "is required beside the other two addresses"
                return .init(path: [key], text: reason)
            }
            guard Discovery.endpoint(text) == nil else { return nil }
            return .init(path: [key], text: "must be an https URL without user name and fragment")
        }
    }

    /// RFC 6749 3.3: a blank would make two scopes of one.
    private var scopeProblems: [SettingsError.Problem] {
        (scopes ?? []).enumerated().compactMap { index, scope in
            let isToken = scope.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
            return isToken ? nil : .init(path: ["scopes", String(index)], text: "is not one scope (RFC 6749 3.3)")
        }
    }

    private var customProblems: [SettingsError.Problem] {
        var problems = foreign([
            ("emailDomain", emailDomain != nil), ("requiredOrganizations", requiredOrganizations != nil),
            ("teams", teams != nil),
        ])
        if claims == nil {
            problems.append(.init(path: ["claims", "subject"], text: "is required: which claim tells people apart"))
        }
        return problems
    }

    private var gitHubProblems: [SettingsError.Problem] {
        var problems = foreign([("claims", claims != nil), ("emailEvidence", emailEvidence != nil)])
        if let emailDomain, EmailDomain(emailDomain) == nil {
            problems.append(.init(path: ["emailDomain"], text: "is not a mail domain"))
        }
        if userInfoURL.flatMap({ URL(string: $0) })?.query() != nil {
            problems.append(.init(path: ["userInfoURL"], text: "must have no query: other addresses are made of it"))
        }
        if requiredOrganizations?.isEmpty == true {
            problems.append(.init(path: ["requiredOrganizations"], text: "must name one, or be left out"))
        }
        for (index, name) in (requiredOrganizations ?? []).enumerated() where !Self.isOrganization(name) {
            problems.append(
                .init(path: ["requiredOrganizations", String(index)], text: "is not the name of an organization"))
        }
        return problems
    }

    private func foreign(_ keys: [(String, Bool)]) -> [SettingsError.Problem] {
        keys.filter(\.1).map { .init(path: [$0.0], text: "is not a setting of profile \(profile.rawValue)") }
    }

    private static func isOrganization(_ name: String) -> Bool {
        (1...39).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

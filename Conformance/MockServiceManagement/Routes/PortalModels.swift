// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A body of `POST /rest/servicedesk/1/customer/models`: which models, and for which portal, type or issue.
struct ModelsCall {
    let models: [String]
    /// Every portal id anywhere in the options.
    let portals: Set<Int>
    let requestType: Int?
    let issueKey: String?

    init?(_ body: String) {
        guard let object = try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any],
            let models = object["models"] as? [String]
        else { return nil }
        let options = object["options"] as? [String: Any] ?? [:]
        func nested(_ name: String) -> [String: Any] { options[name] as? [String: Any] ?? [:] }
        let mentions: [Any?] = [
            options["portalId"], nested("portal")["id"], nested("reqCreate")["portalId"],
            nested("reqDetails")["portalId"], nested("allReqFilter")["portalId"],
            nested("allReqFilter")["statusPortalId"],
        ]
        self.models = models
        portals = Set(mentions.compactMap(Self.number))
        requestType = Self.number(nested("reqCreate")["id"])
        issueKey = nested("reqDetails")["key"] as? String
    }

    /// An id that is a number or a string of digits.
    private static func number(_ value: Any?) -> Int? {
        (value as? Int) ?? (value as? String).flatMap { Int($0) }
    }
}

/// The answer to a models call: one member for each model asked for.
struct PortalModels {
    let configuration: MockPortal.Configuration
    let tickets: [Ticket]
    let visitor: Visitor?

    func answer(_ call: ModelsCall) -> String {
        var members: [String: Any] = [:]
        for model in call.models { members[model] = member(model, call) }
        let data = try? JSONSerialization.data(withJSONObject: members, options: [.sortedKeys])
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    private func member(_ model: String, _ call: ModelsCall) -> Any {
        switch model {
        case "user": ["loggedIn": visitor != nil, "email": visitor?.email ?? ""]
        case "organisations": visitor.map { [["name": $0.organization]] } ?? []
        case "helpCenterBranding": ["helpCenterTitle": configuration.siteName]
        case "sharedPortal", "popularPortals": configuration.portals.map(summary)
        case "portal": configuration.portals.filter { call.portals.contains($0.id) }.map(details)
        case "reqCreate": reqCreate(call)
        case "reqDetails": tickets.filter { $0.key == call.issueKey }.map(ticket)
        case "allReqFilter": tickets.filter { $0.reporter == visitor?.user }.map(ticket)
        default: [String: Any]()
        }
    }

    private func summary(_ portal: Portal) -> [String: Any] {
        ["id": String(portal.id), "key": portal.projectKey, "name": portal.name]
    }

    private func details(_ portal: Portal) -> [String: Any] {
        let types = portal.requestTypes.map { ["id": $0.id, "name": $0.name] as [String: Any] }
        return summary(portal).merging(["reqTypes": types]) { first, _ in first }
    }

    private func reqCreate(_ call: ModelsCall) -> [String: Any] {
        let type = configuration.portals.flatMap(\.requestTypes).first { $0.id == call.requestType }
        return ["id": type?.id ?? 0, "form": ["name": type?.name ?? ""], "fields": ["summary", "description"]]
    }

    private func ticket(_ ticket: Ticket) -> [String: Any] {
        ["key": ticket.key, "summary": ticket.summary, "portalId": ticket.portal]
    }
}

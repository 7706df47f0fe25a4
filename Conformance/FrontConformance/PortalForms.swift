// SPDX-License-Identifier: Apache-2.0

/// Every way in which a request can name a portal: whoever may not see it is refused each of them, and whoever may passes
/// with each.
///
/// All are canonical, and all are read by JSM as they stand. What nobody may send is in `HostileForms`.
package struct PortalForms: Sendable {
    /// The portal that is named.
    package let named: PortalNames
    /// A portal that the person may see, which is named beside it.
    package let allowed: PortalNames

    /// - Parameter allowed: Equal to `named` for somebody who may see that one.
    package init(naming named: PortalNames, beside allowed: PortalNames) {
        self.named = named
        self.allowed = allowed
    }

    /// All of them, several thousand.
    package var all: [PortalForm] { paths + queries + models + requests + forms }

    static let json = [PortalForm.Header("Content-Type", "application/json")]
    static let form = [
        PortalForm.Header("Content-Type", "application/x-www-form-urlencoded"),
        PortalForm.Header("X-Atlassian-Token", "no-check"),
    ]

    // MARK: In the path

    private static let anyMethod = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]
    private static let looking = ["GET", "HEAD"]
    private static let posting = ["POST"]

    /// Paths that name the portal, with the methods that they are for.
    private func namingPaths(_ names: PortalNames) -> [(methods: [String], path: String)] {
        let portal = "/servicedesk/customer/portal/\(names.portal)"
        let legacy = "/plugins/servlet/desk/portal/\(names.portal)"
        let desk = "/rest/servicedeskapi/servicedesk/\(names.serviceDesk)"
        var paths: [(methods: [String], path: String)] = [
            (Self.anyMethod, portal), (Self.looking, portal + "/"), (Self.looking, portal + "/group/1"),
            (Self.looking, portal + "/group/29"), (Self.looking, portal + "/article/229505"),
            (Self.anyMethod, legacy), (Self.looking, legacy + "/group/4"), (Self.looking, desk),
            (Self.looking, desk + "/requesttype"), (Self.looking, desk + "/requesttypegroup"),
            (Self.looking, desk + "/knowledgebase/article"), (Self.posting, desk + "/attachTemporaryFile"),
            (Self.looking, "/rest/servicedeskapi/portals/\(names.portal)"),
            (Self.looking, "/rest/servicedeskapi/portals/project/\(names.project)"),
            (Self.looking, "/rest/servicedeskapi/portals/project/\(names.project.lowercased())"),
        ]
        for type in names.requestTypes {
            paths += [
                (Self.looking, portal + "/create/\(type)"), (Self.looking, legacy + "/create/\(type)"),
                (Self.looking, desk + "/requesttype/\(type)"), (Self.looking, desk + "/requesttype/\(type)/field"),
                (Self.anyMethod, "/rest/insight_servicedesk/1.0/servicedesk/10200/\(type)/defaultValue"),
                (Self.anyMethod, "/rest/insight_servicedesk/1.0/servicedesk/10200/\(type)/portalconfig"),
            ]
        }
        for key in keys(names) {
            paths += [(Self.anyMethod, portal + "/\(key)"), (Self.anyMethod, legacy + "/\(key)")]
            paths += keyPaths(key).map { (Self.anyMethod, $0) }
        }
        return paths
    }

    /// Paths that name nothing but an issue.
    private func keyPaths(_ key: String) -> [String] {
        ["search", "share", "add", "removeOrganisation"].map {
            "/rest/servicedesk/1/customer/participants/\(key)/\($0)"
        }
            + ["/rest/servicedesk/1/servicedesk/customer/participant/removeParticipant/\(key)"]
            + [
                "", "/comment", "/comment/10010", "/comment/10010/attachment", "/attachment", "/participant",
                "/approval",
                "/status", "/sla", "/transition", "/notification", "/feedback",
            ].map { "/rest/servicedeskapi/request/\(key)\($0)" }
    }

    private func keys(_ names: PortalNames) -> [String] {
        ["\(names.project)-1", "\(names.project)-4711", "\(names.project.lowercased())-12"]
    }

    /// What a page's address carries besides.
    private static let harmless = ["", "?requestGroup=2", "?sda_source=notification-email", "?page=2&status=open"]

    private var paths: [PortalForm] {
        namingPaths(named).flatMap { methods, path in
            methods.flatMap { method in
                Self.harmless.map { query in request(method, path + query, "path \(path)\(query)") }
            }
        }
    }

    // MARK: In the query

    private var queries: [PortalForm] {
        // Beside nothing, and beside a portal that may be seen.
        let common = [
            "/servicedesk/customer/portals", "/servicedesk/customer/user/requests", "/rest/servicedeskapi/request",
        ]
        let paths =
            common + ["/plugins/servlet/desk"] + namingPaths(allowed).filter { $0.methods.contains("GET") }.map(\.path)
        return paths.flatMap { path in
            queryMembers.map { request("GET", path + "?" + $0, "query \(path)?\($0)") }
        }
    }

    /// Members of a query that name the portal, and neighbours that hide them.
    private var queryMembers: [String] {
        let plain =
            [
                "portalId=\(named.portal)", "statusPortalId=\(named.portal)", "serviceDeskId=\(named.serviceDesk)",
                "issueKey=\(named.project)-3", "projectKey=\(named.project.lowercased())",
            ] + named.requestTypes.map { "requestTypeId=\($0)" }
        return plain + plain.map { "status=open&" + $0 } + [
            "PORTALID=\(named.portal)", "portalid=\(named.portal)", "portalId=&portalId=\(named.portal)",
            "portalId=\(allowed.portal)&portalId=\(named.portal)",
            "portalId=\(named.portal)&portalId=\(allowed.portal)", "%70ortalId=\(named.portal)",
            "portal%49d=\(named.portal)", "a=b;portalId=\(named.portal)", "&&portalId=\(named.portal)&",
            "portalId=" + Self.escaped(String(named.portal)),
        ]
    }

    /// Each octet of a text as an escape.
    static func escaped(_ text: String) -> String {
        text.utf8.map { "%" + String($0, radix: 16, uppercase: true) }.joined()
    }

    // MARK: Forms

    /// The form that makes a request, and names portals as its page does and as it does not.
    private var forms: [PortalForm] {
        let fields = [
            "summary=Broken&description=It+does+not+work", "summary=x&projectId=10300", "summary=x&pid=10300",
        ]
        let own = ["servicedesk/customer", "plugins/servlet/desk"].flatMap { base in
            named.requestTypes.flatMap { type in
                fields.map { body in
                    request(
                        "POST", "/\(base)/portal/\(named.portal)/create/\(type)", "form \(base) \(type) \(body)",
                        Self.form, body)
                }
            }
        }
        guard let type = allowed.requestTypes.first else { return own }
        let beside = queryMembers.map { member in
            request(
                "POST", "/servicedesk/customer/portal/\(allowed.portal)/create/\(type)", "form field \(member)",
                Self.form,
                "summary=x&" + member, isBodyNeeded: true)
        }
        let types = named.requestTypes.map { type in
            request(
                "POST", "/servicedesk/customer/portal/\(allowed.portal)/create/\(type)",
                "form of another's type \(type)",
                Self.form, "summary=x")
        }
        return own + beside + types
    }

    func request(
        _ method: String, _ path: String, _ name: String, _ headers: [PortalForm.Header] = [], _ body: String? = nil,
        isBodyNeeded: Bool = false
    ) -> PortalForm {
        PortalForm(
            name: "\(method) \(name)", method: method, target: named.contextPath + path, headers: headers, body: body,
            isBodyNeeded: isBodyNeeded)
    }
}

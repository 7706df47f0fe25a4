import Broker
import BrokerEngine
import BrokerModel

/// A site with two portals: 3 is everybody's, 7 is for the group `hr` only.
enum GatedSite {
    static let notHR = PortalRule(AccessRule("hr-only", .deny, .none([.group("hr")])), portals: [7])

    static let portals = [
        Portal(id: 3, name: "Help", serviceDesk: 13, project: "SUP", requestTypes: [25, 26]),
        Portal(id: 7, name: "HR", serviceDesk: 17, project: "HR", requestTypes: [70, 71]),
    ]

    /// An installation whose site is this one.
    static func installation(_ change: (inout WantedResources) -> Void = { _ in }) async throws -> TestInstallation {
        try await TestInstallation { wanted in
            wanted.sites[0].portals = portals
            wanted.sites[0].access.rules = [notHR]
            change(&wanted)
        }
    }

    /// Addresses that name a portal, its desk, its project or a request type of it, in every way that the grammar knows.
    static func addresses(portal: Int, desk: Int, key: String, type: Int) -> [String] {
        let customer = [
            "portal/\(portal)", "portal/\(portal)/group/1", "portal/\(portal)/create/\(type)",
            "portal/\(portal)/\(key)-1", "user/requests?portalId=\(portal)", "portals?portalId=\(portal)",
        ].map { "/servicedesk/customer/\($0)" }
        let legacy = ["", "/create/\(type)", "/\(key)-12"].map { "/plugins/servlet/desk/portal/\(portal)\($0)" }
        let calls = [
            "servicedesk/\(desk)", "servicedesk/\(desk)/requesttype", "servicedesk/\(desk)/requesttype/\(type)/field",
            "portals/\(portal)", "portals/project/\(key)", "request/\(key)-1", "request/\(key)-1/comment",
        ].map { "/rest/servicedeskapi/\($0)" }
        return customer + legacy + calls + [
            "/rest/servicedesk/1/customer/participants/\(key)-9/search",
            "/rest/insight_servicedesk/1.0/servicedesk/100/\(type)/defaultValue",
        ]
    }

    static let ofThree = addresses(portal: 3, desk: 13, key: "SUP", type: 25)
    static let ofSeven = addresses(portal: 7, desk: 17, key: "HR", type: 70)
}

extension TestInstallation {
    /// A browser in which somebody of Globex is signed in.
    func browser(
        groups: [String] = ["staff"], _ completeness: GroupSet.Completeness = .complete, acr: String? = nil,
        as email: String = "ann@globex.example", with connection: ConnectionID = "globex-oidc"
    ) async throws -> TestBrowser {
        let browser = TestBrowser()
        let now = clock.now
        try await signIn(email, with: connection, in: browser) { identity in
            identity.groups = GroupSet(groups, completeness: completeness)
            identity.authentication = AuthenticationContext(acr: acr, authTime: now)
        }
        return browser
    }

    func answer(_ request: GateRequest) async -> GateAnswer { await engine.gate.decide(request) }

    func outcome(_ request: GateRequest) async -> GateOutcome { await answer(request).outcome }
}

extension GateRequest {
    /// The same with a change.
    func with(_ change: (inout GateRequest) -> Void) -> GateRequest {
        var request = self
        change(&request)
        return request
    }

    func posting(_ body: String) -> GateRequest { with { $0.body = .seen(Array(body.utf8)) } }
}

extension GateAnswer {
    var refusal: AccessRefusal? { if case .denied(let refusal) = self { refusal } else { nil } }
    var door: ClosedDoor.Door? { if case .closed(let door) = self { door.door } else { nil } }
    var anonymousPass: AnonymousPass? { if case .allowAnonymous(let pass) = self { pass } else { nil } }
    var isAllowed: Bool { if case .allow = self { true } else { false } }
}

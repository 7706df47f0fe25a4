// SPDX-License-Identifier: Apache-2.0

extension Scenario {
    /// S1 to S51, in order.
    static let all: [Scenario] = gate + signOn + provisioning + access + operation

    private static let gate: [Scenario] = [
        .init(
            1, "No session: a page goes to the login and back, a call gets 401 JSON, the portal gets nothing", .both,
            .here("suite fronts, GateTests, journey deep_link", GateChecks.noSession)),
        .init(
            2, "No session: a request form that is posted opens no ticket, behind every front and in-path",
            .dataCenter, .here("suite fronts, journeys fronts and bots", GateChecks.noAnonymousTicket)),
        .init(
            3, "A forged, expired, replayed, foreign or unsigned session is no session", .both,
            .here("suites fronts and jose", GateChecks.badSessions)),
        .init(
            4, "Identity headers that a client sends never reach the portal", .dataCenter,
            .here("suite fronts, journey fronts", GateChecks.clientIdentityHeaders)),
        .init(
            5, "An unverified or foreign e-mail opens no session and makes no customer", .both,
            .here("IdentityCheckTests, suite oidc", SignOnChecks.unverifiedEmail)),
        .init(
            6, "The posture check names each JSM setting that lets anonymous people in", .both,
            .here("PostureTests", DoorChecks.posture)),
        .init(
            7, "With SSO only, JSM's own sign-up and password paths are closed", .dataCenter,
            .here("suite fronts", DoorChecks.closedPaths)),
        .init(
            8, "A corpus of 10,000 bot requests opens no ticket", .dataCenter,
            .here("suite fronts, journey bots", GateChecks.botCorpus)),
        .init(
            9, "Login throttling, without telling which domains exist", .both,
            .here("LoginLimitTests", ThrottleChecks.limits)),
    ]

    private static let signOn: [Scenario] = [
        .init(
            10, "Each provider kind signs a customer in against its mock", .both,
            .here("suite providers, journeys vendors, real_op, real_nanoidp and real_cognito", KindChecks.everyKind)),
        .init(
            11, "A SAML and an OIDC IdP at once, with one shape of session", .both,
            .here("journey two_idps", KindChecks.twoProtocols)),
        .init(
            12, "The e-mail's domain leads to the right IdP; several bring the picker; two owners are refused", .both,
            .here("RealmRoutingTests, DiscoveryTests", SignOnChecks.routing)),
        .init(
            13, "The customer chooses; the choice is remembered, changeable, and never widens the domain's rule", .both,
            .here("SignInTests", SignOnChecks.choice)),
        .init(
            14, "A new provider module needs no change in the core", .both,
            .here("suites out_of_tree_kit and out_of_tree", KindChecks.furtherModule)),
        .init(
            15, "A provider without ID tokens, by UserInfo and an explicit subject", .both,
            .here("GitHubTests, suite providers", KindChecks.oauthAlone)),
        .init(
            16, "Sign-out and revocation end a session at the gate at once", .both,
            .here(
                "SessionTests, SignOutAtIdPTests, suite fronts, journeys deep_link and saml_real_idp",
                SignOnChecks.signOut)),
        .init(
            17, "Two IdPs are one customer only by an explicit link rule", .both,
            .here("LinkingTests", SignOnChecks.linking)),
        .init(
            18, "The facades: SAML for Cloud, OpenID Connect for Data Center", .both,
            .here("suite facades, journeys facade_portals and facade_relying_parties", FacadeSignOnChecks.bothShapes)),
    ]

    private static let provisioning: [Scenario] = [
        .init(19, "SCIM create in scope makes the customer in JSM; out of scope makes nothing", .both, .notBuilt),
        .init(
            20, "A first sign-in makes exactly one customer, also under 50 parallel callbacks", .both,
            .here(
                "StoreConformanceTests", missing: "the customer's counterpart in JSM", SignOnChecks.parallelFirstLogins)
        ),
        .init(21, "Group changes by SCIM change membership by exactly the difference", .both, .notBuilt),
        .init(22, "active=false ends access and sessions; true restores", .both, .notBuilt),
        .init(23, "Retried and reordered SCIM requests converge", .both, .notBuilt),
        .init(24, "SCIM conformance and the dialects", .both, .notBuilt),
        .init(25, "JSM away: SCIM answers, work queues and replays", .both, .notBuilt),
    ]

    private static let access: [Scenario] = [
        .init(
            26, "Rules on groups, domains and attributes, per portal and request type", .dataCenter,
            .here("AccessRuleTests, suite fronts", AccessChecks.rules)),
        .init(
            27, "A customer of one portal gets nothing of another, in any URL or body", .dataCenter,
            .here("URLGrammarTests, suite fronts", AccessChecks.threeNotSeven)),
        .init(
            28, "Default, public and private portals", .dataCenter,
            .here(nil, AccessChecks.modes)),
        .init(
            29, "Explain and dry run of access rules", .both,
            .here("AccessCommandTests", ReviewChecks.explainAndSimulate)),
        .init(
            30, "Access is written to JSM too; drift is reported", .both,
            .here("PortalGrantPlanTests, AccessPushTests, ProvisioningTests", PortalGrantChecks.written)),
        .init(31, "Four attributes from SAML, OIDC and SCIM under the same names", .both, .notBuilt),
        .init(32, "Mapped values reach their sink; type errors are refused with a reason", .both, .notBuilt),
        .init(33, "Cleared at the IdP, cleared at the sink", .both, .notBuilt),
        .init(34, "The list of transforms", .both, .here(nil, OperationChecks.transforms)),
        .init(35, "A SCIM change reaches JSM within 5 s at 50 changes a second", .both, .notBuilt),
        .init(
            36, "Access lost at the IdP ends live sessions", .both,
            .here(
                "UpstreamLogoutTests, SessionRefreshTests", SignOnChecks.backChannelLogout)),
        .init(37, "Reconciling from any drift; the second pass writes nothing", .both, .notBuilt),
        .init(38, "Domain, group or attribute leads to JSM organizations", .both, .notBuilt),
        .init(39, "Foreign and SCIM-managed organizations are left alone", .both, .notBuilt),
        .init(40, "Leavers: suspended at once, revoked after the grace period", .both, .notBuilt),
        .init(41, "Inactive customers are listed, then revoked", .both, .notBuilt),
        .init(42, "The safety brake stops a pass that would revoke too much", .both, .notBuilt),
        .init(43, "Who returns while suspended is the same customer", .both, .notBuilt),
    ]

    private static let operation: [Scenario] = [
        .init(
            44, "Every login, sign-out and configuration change is one structured event", .both,
            .here(
                nil, missing: "a change of somebody's access as an event of its own, and SCIM",
                OperationChecks.events)),
        .init(
            45, "The log is append-only, tamper-evident and free of secrets", .both,
            .here("AuditCommandTests", OperationChecks.tamperEvidence)),
        .init(
            46, "Export as JSONL and CSV; who could see a portal on a date", .both,
            .elsewhere("AuditCommandTests", missing: "who could see a portal on a date")),
        .init(
            47, "One configuration file; an invalid one changes nothing and names line and key", .both,
            .here("ServerConfigurationTests, CommandTests", OperationChecks.invalidConfiguration)),
        .init(
            48, "Secrets by reference only; keys rotate at the IdP without a restart", .both,
            .here("suites oidc and saml, CommandTests", OperationChecks.secretsAndRotation)),
        .init(
            49, "Test-connection for IdPs and JSM", .both,
            .here("SettingsTests, CommandTests", missing: "the same for JSM", OperationChecks.testConnection)),
        .init(
            50, "The same behaviour behind six proxies", .dataCenter, .here("suite fronts", DoorChecks.sameEverywhere)),
        .init(
            51, "What is known of one customer, in one command", .both,
            .here("CommandTests", missing: "portals and pending writes", OperationChecks.oneCustomer)),
    ]
}

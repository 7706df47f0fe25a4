import Broker
import BrokerEngine
import BrokerModel

extension Organization {
    /// Reads one whose shape was checked.
    init?(reading value: SettingsValue) {
        guard let id = value.text("id"), let name = value.text("name") else { return nil }
        self.init(
            id: OrganizationID(rawValue: id), name: name, isEnabled: value.flag("enabled") ?? true,
            domains: value.texts("domains").compactMap { EmailDomain($0) },
            addresses: value.texts("addresses").compactMap { EmailAddress($0) }, support: value.text("support"),
            linkRules: (value.list("linkRules") ?? []).compactMap { LinkRule(reading: $0) },
            loginSlug: value.text("loginSlug"), enforcement: value["enforcement"].flatMap { Enforcement(reading: $0) })
    }
}

extension LinkRule {
    fileprivate init?(reading value: SettingsValue) {
        let names = (value.elements ?? []).compactMap(\.text)
        guard names.count == 2 else { return nil }
        self.init(ConnectionID(rawValue: names[0]), ConnectionID(rawValue: names[1]))
    }
}

extension Connection {
    /// Reads one whose shape was checked.
    ///
    /// Its settings are of the version that the module writes today.
    init?(reading value: SettingsValue, providers: ProviderRegistry) {
        guard let id = value.text("id"), let organization = value.text("organization"),
            let kind = value.text("kind").map({ ProviderKind(rawValue: $0) }), let name = value.text("name")
        else { return nil }
        self.init(
            id: ConnectionID(rawValue: id), organization: OrganizationID(rawValue: organization), kind: kind,
            name: name,
            isEnabled: value.flag("enabled") ?? true,
            domains: value["domains"] == nil ? nil : value.texts("domains").compactMap { EmailDomain($0) },
            addressPattern: value.text("addressPattern"), isGuest: value.flag("guest") ?? false,
            isPublic: value.flag("public") ?? false,
            mapping: AttributeMapping((value.list("mapping") ?? []).compactMap { AttributeRule(reading: $0) }),
            refreshEvery: value.duration("refreshEvery"), refreshGrace: value.duration("refreshGrace"),
            settings: value["settings"] ?? .object([:]), settingsVersion: providers.type(of: kind)?.settingsVersion ?? 1
        )
    }
}

extension AttributeRule {
    fileprivate init?(reading value: SettingsValue) {
        guard let attribute = value.text("attribute"), let claim = value.text("claim") else { return nil }
        self.init(
            attribute: attribute, claim: claim, nameFormat: value.text("nameFormat"),
            transforms: (value.list("transforms") ?? []).compactMap { AttributeTransform(reading: $0) },
            values: ValueRule(reading: value["values"]))
    }
}

extension ValueRule {
    fileprivate init(reading value: SettingsValue?) {
        self =
            switch value {
            case .string("first"): .first
            case .string("all"): .all
            case .some(let value): value.text("join").map { .join($0) } ?? .single
            case nil: .single
            }
    }
}

extension AttributeTransform {
    fileprivate init?(reading value: SettingsValue) {
        if value.text == "lower" {
            self = .lower
        } else if value.text == "trim" {
            self = .trim
        } else if let pattern = value.text("capture") {
            self = .capture(pattern: pattern)
        } else if let text = value.text("default") {
            self = .standard(text)
        } else if let lookup = value["lookup"] {
            self = .lookup(
                table: (lookup["table"]?.members ?? [:]).compactMapValues(\.text),
                otherwise: LookupMiss(reading: lookup["otherwise"]))
        } else {
            return nil
        }
    }
}

extension LookupMiss {
    fileprivate init(reading value: SettingsValue?) {
        self = value?.text == "drop" ? .drop : value?.text("use").map { .use($0) } ?? .keep
    }
}

extension Site {
    /// Reads one whose shape was checked.
    ///
    /// The settings of its facades are of the version that the kind writes today.
    init?(reading value: SettingsValue, facades: FacadeRegistry) {
        guard let id = value.text("id"), let kind = value.text("kind").flatMap({ Kind(rawValue: $0) }),
            let origin = value.text("origin")
        else { return nil }
        let standard = ResourceDefaults.site
        let (theme, session) = (value["theme"], value["session"])
        self.init(
            id: SiteID(rawValue: id), kind: kind, origin: origin,
            defaultPath: value.text("defaultPath") ?? standard.defaultPath,
            discovery: value.text("discovery").flatMap { Discovery(rawValue: $0) } ?? standard.discovery,
            publicPaths: value.texts("publicPaths"),
            theme: Theme(
                productName: theme?.text("productName") ?? standard.theme.productName, logo: theme?.text("logo"),
                colour: theme?.text("colour") ?? standard.theme.colour),
            support: value.text("support"),
            lifetimes: SessionLifetimes(
                idle: session?.duration("idle") ?? standard.lifetimes.idle,
                absolute: session?.duration("absolute") ?? standard.lifetimes.absolute),
            postLogoutRedirectURIs: value.texts("postLogoutRedirectURIs"),
            organizations: value.texts("organizations").map { OrganizationID(rawValue: $0) },
            facades: (value["facades"]?.members ?? [:]).sorted { $0.key < $1.key }.map { kind, settings in
                let kind = FacadeKind(rawValue: kind)
                return SiteFacade(
                    kind: kind, settings: settings, settingsVersion: facades.type(of: kind)?.settingsVersion ?? 1)
            },
            portalCookies: value["portalCookies"] == nil ? nil : value.texts("portalCookies"),
            portals: (value.list("portals") ?? []).compactMap { Portal(reading: $0) },
            access: value["access"].map { SiteAccess(reading: $0) } ?? standard.access,
            jsm: value["jsm"].flatMap { SiteJSM(reading: $0) })
    }
}

import Broker
package import BrokerEngine
import BrokerModel

extension ResourceDocument {
    /// Writes resources so that applying what was written changes nothing.
    ///
    /// What is standard is left out.
    package static func write(_ wanted: WantedResources) -> String {
        YAMLWriter.write(
            .mapping([
                ("organizations", .list(wanted.organizations.map(\.written))),
                ("connections", .list(wanted.connections.map(\.written))),
                ("sites", .list(wanted.sites.map(\.written))),
            ]))
    }
}

extension Organization {
    fileprivate var written: YAMLWriter.Value {
        .members([
            ("id", .text(id.rawValue)), ("name", .text(name)), ("enabled", isEnabled ? nil : .flag(false)),
            ("domains", .texts(domains.map(\.ascii))), ("addresses", .texts(addresses.map(\.description))),
            ("support", .text(support, unless: nil)),
            (
                "linkRules",
                linkRules.isEmpty
                    ? nil : .list(linkRules.compactMap { .texts($0.connections.map(\.rawValue)) })
            ),
            ("loginSlug", .text(loginSlug, unless: nil)), ("enforcement", enforcement?.written),
        ])
    }
}

extension Connection {
    fileprivate var written: YAMLWriter.Value {
        .members([
            ("id", .text(id.rawValue)), ("organization", .text(organization.rawValue)), ("kind", .text(kind.rawValue)),
            ("name", .text(name)), ("enabled", isEnabled ? nil : .flag(false)),
            ("domains", domains.map { .list($0.map { .text($0.ascii) }, isInline: true) }),
            ("addressPattern", .text(addressPattern, unless: nil)), ("guest", isGuest ? .flag(true) : nil),
            ("public", isPublic ? .flag(true) : nil),
            ("mapping", mapping.rules.isEmpty ? nil : .list(mapping.rules.map(\.written))),
            ("refreshEvery", refreshEvery.map { .text(DurationText.write($0)) }),
            ("refreshGrace", refreshGrace.map { .text(DurationText.write($0)) }),
            ("settings", YAMLWriter.Value(settings)),
        ])
    }
}

extension AttributeRule {
    fileprivate var written: YAMLWriter.Value {
        .members([
            ("attribute", .text(attribute)), ("claim", .text(claim)), ("nameFormat", .text(nameFormat, unless: nil)),
            ("transforms", transforms.isEmpty ? nil : .list(transforms.map(\.written))),
            ("values", values.written),
        ])
    }
}

extension ValueRule {
    fileprivate var written: YAMLWriter.Value? {
        switch self {
        case .single: nil
        case .first: .text("first")
        case .all: .text("all")
        case .join(let separator): .single("join", .text(separator))
        }
    }
}

extension AttributeTransform {
    fileprivate var written: YAMLWriter.Value {
        switch self {
        case .lower: .text("lower")
        case .trim: .text("trim")
        case .capture(let pattern): .single("capture", .text(pattern))
        case .standard(let value): .single("default", .text(value))
        case .lookup(let table, let otherwise):
            .mapping([
                (
                    "lookup",
                    .mapping([
                        ("table", .mapping(table.sorted { $0.key < $1.key }.map { ($0, .text($1)) })),
                        ("otherwise", otherwise.written),
                    ])
                )
            ])
        }
    }
}

extension LookupMiss {
    fileprivate var written: YAMLWriter.Value {
        switch self {
        case .keep: .text("keep")
        case .drop: .text("drop")
        case .use(let value): .single("use", .text(value))
        }
    }
}

extension Site {
    fileprivate var written: YAMLWriter.Value {
        let standard = ResourceDefaults.site
        return .members([
            ("id", .text(id.rawValue)), ("kind", .text(kind.rawValue)), ("origin", .text(origin)),
            ("defaultPath", .text(defaultPath, unless: standard.defaultPath)),
            ("discovery", .text(discovery.rawValue, unless: standard.discovery.rawValue)),
            ("publicPaths", .texts(publicPaths)), ("theme", theme == standard.theme ? nil : theme.written),
            ("support", .text(support, unless: nil)),
            ("session", lifetimes == standard.lifetimes ? nil : lifetimes.written),
            ("postLogoutRedirectURIs", .texts(postLogoutRedirectURIs)),
            ("organizations", .texts(organizations.map(\.rawValue))),
            (
                "facades",
                facades.isEmpty ? nil : .mapping(facades.map { ($0.kind.rawValue, YAMLWriter.Value($0.settings)) })
            ),
            ("portalCookies", portalCookies.map { .list($0.map { .text($0) }, isInline: true) }),
            ("portals", portals.isEmpty ? nil : .list(portals.map(\.written))),
            ("access", access == standard.access ? nil : access.written), ("jsm", jsm?.written),
        ])
    }
}

extension Theme {
    fileprivate var written: YAMLWriter.Value {
        .members([
            ("productName", .text(productName)), ("logo", .text(logo, unless: nil)), ("colour", .text(colour)),
        ])
    }
}

extension SessionLifetimes {
    fileprivate var written: YAMLWriter.Value {
        .members([("idle", .text(DurationText.write(idle))), ("absolute", .text(DurationText.write(absolute)))])
    }
}

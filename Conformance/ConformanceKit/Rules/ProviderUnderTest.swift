public import Broker

/// One module with one configuration, and what an honest login with it gives: a row of the report.
public struct ProviderUnderTest: Sendable, CustomStringConvertible {
    /// The protocol that a row speaks, which decides what rules apply.
    public enum Family: String, Sendable {
        /// OpenID Connect: an ID token says who it is.
        case openIDConnect
        /// OAuth 2.0 alone: an API says who it is.
        case oauth2
        /// SAML 2.0.
        case saml
        /// Anything else.
        case other
    }

    /// What signs a person out at the IdP.
    public enum Logout: Sendable {
        /// `end_session_endpoint` with return URL and state.
        case standard
        /// Another way, checked by a vendor case.
        case vendor(String)
        /// None.
        case none
    }

    /// The row's name.
    public var name: String
    /// The module.
    public var type: any IdentityProvider.Type
    /// Its protocol.
    public var family: Family
    /// Settings as an operator writes them.
    public var settings: Claims
    /// Settings of older versions that must still load.
    public var olderSettings: [(version: Int, settings: Claims)] = []
    /// Secrets by reference; nil answers every reference with the bench's client secret.
    public var secrets: [String: String]?
    /// Further preparation of the bench, such as keys.
    public var prepare: @Sendable (inout KitBench) -> Void = { _ in }
    /// Every ability, as declared in the module's documentation.
    public var abilities: Set<KitAbility>
    /// What Alice's login gives.
    public var expected: ExpectedIdentity
    /// The IdP.
    public var upstream: @Sendable (KitBench) throws -> any ScriptedUpstream
    /// What the person is known by before login.
    public var loginHint: String?
    /// How people are signed out at the IdP.
    public var logout = Logout.standard
    /// Why an address is who the person is, where it is; nil where a new address changes nothing.
    public var addressIsSubject: String?
    /// Why nothing need be asked of the IdP to complete a login; nil where something is.
    public var completesOffline: String?
    /// Places of the APIs that groups are looked up at; nil of them is a login without such a look-up.
    public var groupLookups: [String] = []
    /// Whether a refresh token is kept and used with these settings.
    public var refreshes = false
    /// Verdicts where this vendor's page says other than the specification, by fault id.
    public var faultVerdicts: [String: Verdict] = [:]
    /// Why faults do not arise here, by fault id.
    public var faultsNotApplicable: [String: String] = [:]
    /// Why rules do not apply here, by rule id.
    public var rulesNotApplicable: [String: String] = [:]
    /// The vendor's own attacks and peculiarities.
    public var cases: [VendorCase] = []
    /// The vendor's directory; needed where the module lists people.
    public var directory: ScriptedDirectory?

    /// A row.
    public init(
        _ name: String, _ type: any IdentityProvider.Type, _ family: Family, settings: Claims,
        abilities: Set<KitAbility>, expected: ExpectedIdentity,
        upstream: @escaping @Sendable (KitBench) throws -> any ScriptedUpstream
    ) {
        self.name = name
        self.type = type
        self.family = family
        self.settings = settings
        self.abilities = abilities
        self.expected = expected
        self.upstream = upstream
    }

    /// The same row with something else about it.
    public func with(_ change: (inout ProviderUnderTest) -> Void) -> ProviderUnderTest {
        var row = self
        change(&row)
        return row
    }

    /// The row's name.
    public var description: String { name }
}

/// What a module can do beyond a login.
public enum KitAbility: String, Sendable, CaseIterable, Comparable {
    /// `UnsolicitedLogin`
    case unsolicitedLogin
    /// `UpstreamLogout`
    case upstreamLogout
    /// `LogoutReceiver`
    case logoutReceiver
    /// `SessionRefresher`
    case sessionRefresher
    /// `GroupSource`
    case groupSource
    /// `DirectorySource`
    case directorySource
    /// `MetadataPublisher`
    case metadataPublisher
    /// `TrustRefresher`
    case trustRefresher
    /// `SettingsLint`
    case settingsLint
    /// `KeyHolder`
    case keyHolder
    /// `ExceptionHolder`
    case exceptionHolder

    /// Abilities that every module on the ground of `OIDCVendor` has.
    public static let openIDVendor: Set<KitAbility> = [
        .upstreamLogout, .logoutReceiver, .sessionRefresher, .trustRefresher, .settingsLint,
    ]

    /// What a connection can do.
    public static func all(of provider: any IdentityProvider) -> Set<KitAbility> {
        let has: [(KitAbility, Bool)] = [
            (.unsolicitedLogin, provider is any UnsolicitedLogin), (.upstreamLogout, provider is any UpstreamLogout),
            (.logoutReceiver, provider is any LogoutReceiver), (.sessionRefresher, provider is any SessionRefresher),
            (.groupSource, provider is any GroupSource), (.directorySource, provider is any DirectorySource),
            (.metadataPublisher, provider is any MetadataPublisher), (.trustRefresher, provider is any TrustRefresher),
            (.settingsLint, provider is any SettingsLint), (.keyHolder, provider is any KeyHolder),
            (.exceptionHolder, provider is any ExceptionHolder),
        ]
        return Set(has.filter(\.1).map(\.0))
    }

    /// By name.
    public static func < (left: KitAbility, right: KitAbility) -> Bool { left.rawValue < right.rawValue }
}

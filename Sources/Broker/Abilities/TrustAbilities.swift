public import Foundation

/// Publishes a document that the IdP's operator imports: SP metadata, client JWKS.
public protocol MetadataPublisher: IdentityProvider {
    /// The document for the given callback.
    func metadata(callbackURL: URL) async throws(LoginError) -> PublishedDocument
}

/// A document to publish.
public struct PublishedDocument: Sendable, Hashable {
    /// Its media type.
    public var contentType: String
    /// Its bytes.
    public var body: Data

    /// A document.
    public init(contentType: String, body: Data) {
        self.contentType = contentType
        self.body = body
    }
}

/// Keeps what it trusts of the IdP fresh: discovery, JWKS, metadata.
public protocol TrustRefresher: IdentityProvider {
    /// Refreshes now and says what is trusted. The last good state stays when the IdP is away.
    func refreshTrust() async -> TrustStatus
}

/// What a connection trusts of its IdP.
public struct TrustStatus: Sendable, Hashable {
    /// One trusted key.
    public struct Key: Sendable, Hashable {
        /// Its published id.
        public var id: String
        /// Its algorithm or type.
        public var algorithm: String
        /// When its certificate ends, if it has one.
        public var notAfter: Timestamp?

        /// A key.
        public init(id: String, algorithm: String, notAfter: Timestamp? = nil) {
            self.id = id
            self.algorithm = algorithm
            self.notAfter = notAfter
        }
    }

    /// The trusted keys.
    public var keys: [Key]
    /// When the trusted state was last fetched, nil if never.
    public var lastGood: Timestamp?
    /// When it is fetched again.
    public var nextRefresh: Timestamp?
    /// Why the last refresh failed, if it did.
    public var problem: String?

    /// A status.
    public init(keys: [Key], lastGood: Timestamp?, nextRefresh: Timestamp?, problem: String?) {
        self.keys = keys
        self.lastGood = lastGood
        self.nextRefresh = nextRefresh
        self.problem = problem
    }
}

/// Finds what is wrong with a connection before a customer does.
public protocol SettingsLint: IdentityProvider {
    /// What was found, by asking the IdP where needed.
    func lint() async -> [LintFinding]
}

/// One finding.
public struct LintFinding: Sendable, Hashable {
    /// How bad it is.
    public enum Severity: String, Sendable, Codable {
        /// Logins fail.
        case error
        /// Logins will fail, or are weaker than they could be.
        case warning
        /// Good to know.
        case note
    }

    /// How bad it is.
    public var severity: Severity
    /// The keys that lead to the setting.
    public var path: [String]
    /// One or two sentences: what is wrong and what to do.
    public var text: String

    /// A finding.
    public init(_ severity: Severity, path: [String], text: String) {
        self.severity = severity
        self.path = path
        self.text = text
    }
}

import Broker
import BrokerModel

/// Session tokens that were verified in full, with what the gate answers for them.
///
/// Bounded in number, each by its own expiry, and dropped as soon as the session ends.
struct VerifiedTokens: Sendable {
    /// The most tokens that are remembered.
    static let maximumCount = 20_000
    /// The most of one session: a browser needs one or two, and one customer must not push out everybody else's.
    static let maximumPerSession = 8

    /// One verified token.
    struct Entry: Sendable {
        var session: SessionID
        var site: SiteID
        /// When the token, or the identity header in the answer, must be looked at again.
        var until: Timestamp
        var grant: GateGrant
        /// The names by which the site's JSM knows people, each with the value that is the session's own.
        var portal: [(name: String, value: String?)] = []
        /// What the person may do at the site; nil answers nothing.
        var view: SiteView?

        /// Whether a request brings no session of JSM but the one that belongs here.
        func accepts(cookies header: String) -> Bool {
            guard !portal.isEmpty, CookieHeader.mayHold(portal.lazy.map(\.name), in: header) else { return true }
            return portal.allSatisfy { known in
                switch CookieHeader.plainValue(of: known.name, in: header) {
                case .absent: true
                case .several: false
                case .one(let value): value.isEmpty || known.value.map { $0 == value } == true
                }
            }
        }
    }

    private var entries: [String: Entry] = [:]
    private var tokens: [SessionID: Set<String>] = [:]

    var count: Int { entries.count }

    func entry(for token: String, site: SiteID, at now: Timestamp) -> Entry? {
        guard let entry = entries[token], entry.site == site, now < entry.until else { return nil }
        return entry
    }

    mutating func insert(_ token: String, _ entry: Entry, at now: Timestamp) {
        forgetExpired(of: entry.session, at: now)
        if tokens[entry.session]?.count ?? 0 >= Self.maximumPerSession { remove(sessions: [entry.session]) }
        if entries.count >= Self.maximumCount { evict() }
        entries[token] = entry
        tokens[entry.session, default: []].insert(token)
    }

    mutating func remove(sessions: Set<SessionID>) {
        for session in sessions {
            for token in tokens.removeValue(forKey: session) ?? [] { entries[token] = nil }
        }
    }

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        tokens.removeAll(keepingCapacity: true)
    }

    /// A session gets a new token every few minutes; its last one is of no more use.
    private mutating func forgetExpired(of session: SessionID, at now: Timestamp) {
        for token in tokens[session] ?? [] where entries[token].map({ $0.until <= now }) ?? true {
            entries[token] = nil
            tokens[session]?.remove(token)
        }
    }

    /// Keeps the half that lives longest, so that filling the table costs little per entry.
    private mutating func evict() {
        let kept = entries.sorted { $0.value.until > $1.value.until }.prefix(Self.maximumCount / 2)
        removeAll()
        for (token, entry) in kept {
            entries[token] = entry
            tokens[entry.session, default: []].insert(token)
        }
    }
}

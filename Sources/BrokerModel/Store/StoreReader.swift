package import Broker
package import Foundation

/// What can be read in one consistent state.
package protocol StoreReader {
    // MARK: Resources

    /// Everything that operators configured.
    func resources() throws -> Resources
    /// The revision of what operators configured and of connections' keys.
    func resourceRevision() throws -> Int64

    // MARK: Logins

    /// The login whose forms carry a handle with this hash, in any phase.
    func login(handleHash: Data) throws -> LoginTransaction?
    /// The login whose ticket to the broker's host has this hash, used or not.
    func login(ticketHash: Data) throws -> LoginTransaction?
    func login(_ reference: Reference) throws -> LoginTransaction?
    /// The login whose round under way has a state with this hash, or had it.
    func login(stateHash: Data) throws -> LoginTransaction?

    /// The test login whose round under way has a state with this hash, or had it.
    func testLogin(stateHash: Data) throws -> TestLogin?
    func testLogin(_ reference: Reference) throws -> TestLogin?

    // MARK: Replacements

    /// The replacements that run, by the connection that people leave.
    func replacements() throws -> [ConnectionReplacement]
    /// Whether a customer was moved to a connection before.
    func wasReplaced(_ customer: CustomerID, into new: ConnectionID) throws -> Bool
    /// Every identity of a connection, one customer's after the other.
    func links(through connection: ConnectionID) throws -> [IdentityLink]

    // MARK: People

    func customer(_ id: CustomerID) throws -> Customer?
    /// The live customer that holds an address.
    func customer(holding address: EmailAddress) throws -> Customer?
    /// Customers in order of id, after one, at most `limit`.
    func customers(
        organization: OrganizationID?, matching text: String?, after: CustomerID?, limit: Int
    ) throws -> [Customer]
    func link(_ subject: SubjectKey) throws -> IdentityLink?
    func links(of customer: CustomerID) throws -> [IdentityLink]

    // MARK: Sessions

    func session(_ id: SessionID) throws -> Session?
    /// The session that a handle with this hash belongs to, ended or not, at whatever host.
    func session(handleHash: Data) throws -> Session?
    /// The session that a handle with this hash opens at a host, ended or not; nil for a handle of another host.
    func session(handleHash: Data, at place: HandlePlace) throws -> Session?
    /// A hand-off, redeemed or not, expired or not.
    func handOff(codeHash: Data) throws -> HandOff?
    /// Sessions that have not ended and whose deadlines are ahead, newest first.
    func liveSessions(_ selection: SessionSelection, at now: Timestamp, limit: Int) throws -> [Session]
    /// How many such sessions there are.
    func liveSessionCount(at now: Timestamp) throws -> Int
    /// The connections of live sessions whose refresh is due.
    func connectionsDueForRefresh(at now: Timestamp) throws -> Set<ConnectionID>
    /// How many live sessions of a connection its IdP does not confirm at present, and since when the first.
    func failingRefreshes(of connection: ConnectionID, at now: Timestamp) throws -> (count: Int, since: Timestamp?)
    /// The epoch of the last ended session; 0 before the first.
    func revocationEpoch() throws -> Int64
    /// Sessions that ended after an epoch, in order, at most `limit`.
    func revocations(after epoch: Int64, limit: Int) throws -> [Revocation]

    // MARK: Facades

    /// The name under which sites know a customer, once one was told.
    func portalName(of customer: CustomerID) throws -> EmailAddress?
    /// Who has a name.
    func customer(named name: EmailAddress) throws -> CustomerID?
    /// A grant, used or not, expired or not.
    func facadeGrant(_ hash: Data, kind: FacadeGrant.Kind) throws -> FacadeGrant?
    /// The sites that were told of a session, oldest first.
    func facadeSessions(of session: SessionID) throws -> [FacadeSession]
    /// What a site names so.
    func facadeSession(_ facade: FacadeAddress, key: String) throws -> FacadeSession?
    /// The session that a cookie of a site's JSM belongs to.
    func portalSession(_ site: SiteID, cookieHash: Data) throws -> SessionID?

    // MARK: The gate

    /// What the gate counted from one hour on and before another, in order of the key, at most `limit`.
    func gateTallies(site: SiteID?, since: Timestamp, until: Timestamp, limit: Int) throws -> [GateTally]
    /// The emergency that let the browser with this handle in, open or not.
    func breakGlass(handleHash: Data) throws -> BreakGlass?
    /// The emergencies that are neither closed nor over, oldest first.
    func openBreakGlasses(at now: Timestamp) throws -> [BreakGlass]

    // MARK: Outbox

    /// How many entries wait, and since when the oldest does.
    func outboxBacklog() throws -> (count: Int, oldest: Timestamp?)

    // MARK: Keys

    /// The keys of a use, oldest first.
    func keys(_ use: StoredKey.Use) throws -> [StoredKey]
    /// A connection's own keys, oldest first; those of every connection, one after the other, where none is named.
    func connectionKeys(of connection: ConnectionID?) throws -> [ConnectionKey]

    // MARK: Memory

    func memory(_ connection: ConnectionID, _ key: String) throws -> MemoryEntry?

    // MARK: Audit

    /// The last record.
    func lastAuditRecord() throws -> AuditRecord?
    /// Records in order of position, at most `limit`.
    func auditRecords(_ filter: AuditFilter, limit: Int) throws -> [AuditRecord]
    /// The newest signed head.
    func lastAuditHead() throws -> AuditHead?
    /// Every signed head, oldest first.
    func auditHeads() throws -> [AuditHead]
    /// The sealed key under which an owner's personal data stands; the owner is a customer id or `login/<reference>`.
    func personalKey(_ owner: String) throws -> Data?
}

import Broker
import BrokerModel
import Foundation

/// A store whose log says what a test wrote into it.
struct TamperedStore: Store {
    struct Log: Sendable {
        var records: [AuditRecord]
        var heads: [AuditHead]
    }

    let log: Log
    let keys: [StoredKey]

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreReader) throws -> Value
    ) async throws -> Value { try body(Reader(store: self)) }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreWriter) throws -> Value
    ) async throws -> Value { throw Self.readOnly }

    private static let readOnly = StoreError(.unavailable, detail: "this store is only read")

    private struct Reader: StoreReader {
        let store: TamperedStore

        func auditRecords(_ filter: AuditFilter, limit: Int) throws -> [AuditRecord] {
            let after = filter.after ?? 0
            return Array(store.log.records.drop { $0.sequence <= after }.prefix(limit))
        }

        func auditHeads() throws -> [AuditHead] { store.log.heads }
        func lastAuditHead() throws -> AuditHead? { store.log.heads.last }
        func lastAuditRecord() throws -> AuditRecord? { store.log.records.last }
        func keys(_ use: StoredKey.Use) throws -> [StoredKey] { store.keys.filter { $0.use == use } }

        func connectionKeys(of connection: ConnectionID?) throws -> [ConnectionKey] { throw readOnly }
        func testLogin(stateHash: Data) throws -> TestLogin? { throw readOnly }
        func testLogin(_ reference: Reference) throws -> TestLogin? { throw readOnly }
        func replacements() throws -> [ConnectionReplacement] { throw readOnly }
        func wasReplaced(_ customer: CustomerID, into new: ConnectionID) throws -> Bool { throw readOnly }
        func links(through connection: ConnectionID) throws -> [IdentityLink] { throw readOnly }
        func connectionsDueForRefresh(at now: Timestamp) throws -> Set<ConnectionID> { throw readOnly }
        func failingRefreshes(of connection: ConnectionID, at now: Timestamp) throws -> (count: Int, since: Timestamp?)
        { throw readOnly }
        func personalKey(_ owner: String) throws -> Data? { throw readOnly }
        func resources() throws -> Resources { throw readOnly }
        func resourceRevision() throws -> Int64 { throw readOnly }
        func login(handleHash: Data) throws -> LoginTransaction? { throw readOnly }
        func login(stateHash: Data) throws -> LoginTransaction? { throw readOnly }
        func login(ticketHash: Data) throws -> LoginTransaction? { throw readOnly }
        func login(_ reference: Reference) throws -> LoginTransaction? { throw readOnly }
        func gateTallies(site: SiteID?, since: Timestamp, until: Timestamp, limit: Int) throws -> [GateTally] {
            throw readOnly
        }
        func breakGlass(handleHash: Data) throws -> BreakGlass? { throw readOnly }
        func openBreakGlasses(at now: Timestamp) throws -> [BreakGlass] { throw readOnly }
        func handOff(codeHash: Data) throws -> HandOff? { throw readOnly }
        func customer(_ id: CustomerID) throws -> Customer? { throw readOnly }
        func customer(holding address: EmailAddress) throws -> Customer? { throw readOnly }
        func customers(
            organization: OrganizationID?, matching text: String?, after: CustomerID?, limit: Int
        ) throws -> [Customer] { throw readOnly }
        func link(_ subject: SubjectKey) throws -> IdentityLink? { throw readOnly }
        func links(of customer: CustomerID) throws -> [IdentityLink] { throw readOnly }
        func session(_ id: SessionID) throws -> Session? { throw readOnly }
        func session(handleHash: Data) throws -> Session? { throw readOnly }
        func session(handleHash: Data, at place: HandlePlace) throws -> Session? { throw readOnly }
        func liveSessions(_ selection: SessionSelection, at now: Timestamp, limit: Int) throws -> [Session] {
            throw readOnly
        }
        func liveSessionCount(at now: Timestamp) throws -> Int { throw readOnly }
        func revocationEpoch() throws -> Int64 { throw readOnly }
        func revocations(after epoch: Int64, limit: Int) throws -> [Revocation] { throw readOnly }
        func portalName(of customer: CustomerID) throws -> EmailAddress? { throw readOnly }
        func customer(named name: EmailAddress) throws -> CustomerID? { throw readOnly }
        func facadeGrant(_ hash: Data, kind: FacadeGrant.Kind) throws -> FacadeGrant? { throw readOnly }
        func facadeSessions(of session: SessionID) throws -> [FacadeSession] { throw readOnly }
        func facadeSession(_ facade: FacadeAddress, key: String) throws -> FacadeSession? { throw readOnly }
        func portalSession(_ site: SiteID, cookieHash: Data) throws -> SessionID? { throw readOnly }
        func outboxBacklog() throws -> (count: Int, oldest: Timestamp?) { throw readOnly }
        func memory(_ connection: ConnectionID, _ key: String) throws -> MemoryEntry? { throw readOnly }

        private var readOnly: StoreError { TamperedStore.readOnly }
    }
}

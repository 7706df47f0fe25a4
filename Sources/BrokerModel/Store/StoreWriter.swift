package import Broker
package import Foundation

/// What can be changed in one transaction.
///
/// A writer also reads, and sees its own changes.
package protocol StoreWriter: StoreReader {
    // MARK: Resources

    /// Inserts or replaces. Throws `conflict` where another organization owns one of its domains or addresses.
    func put(_ organization: Organization) throws
    /// Inserts or replaces.
    func put(_ connection: Connection) throws
    /// Inserts or replaces. Throws `conflict` where another site has its origin.
    func put(_ site: Site) throws
    func delete(organization: OrganizationID) throws
    /// Deletes it with what it remembered and with its keys.
    func delete(connection: ConnectionID) throws
    func delete(site: SiteID) throws
    /// Raises the revision that other processes watch; once per transaction that changes resources or connections' keys.
    func raiseResourceRevision() throws

    // MARK: Logins

    func insert(_ login: LoginTransaction) throws
    /// Begins a round: stores the login's new phase, connection, round, state and sealed values if it still is in the
    /// given phase and round. Returns whether it was.
    func advance(_ login: LoginTransaction, from phase: LoginTransaction.Phase, round: Int) throws -> Bool
    /// Ends the round whose state has this hash, in one statement: of many callers one gets the login as it was, the
    /// others nil. The login is `finished` from then on, unless `advance` begins a further round.
    func consumeLogin(stateHash: Data, at now: Timestamp) throws -> LoginTransaction?
    /// Lets a browser in at the broker's host, in one statement: of many with one ticket the first gets the login, which is
    /// `choosing` from then on, with this cookie and handle; the others nil.
    func arriveLogin(
        ticketHash: Data, bindingHash: Data, handleHash: Data, at now: Timestamp
    ) throws -> LoginTransaction?
    /// Ends a login.
    func finish(_ reference: Reference) throws
    /// Forgets logins that expired before a moment; returns how many.
    func deleteLogins(expiredBefore moment: Timestamp) throws -> Int

    // MARK: Test logins

    func insert(_ test: TestLogin) throws
    /// Lets a browser in, in one statement: of many with one ticket the first gets the test, the others nil.
    func openTestLogin(ticketHash: Data, bindingHash: Data, at now: Timestamp) throws -> TestLogin?
    /// Begins a round if the test still is in the given phase. Returns whether it was.
    func advance(_ test: TestLogin, from phase: TestLogin.Phase) throws -> Bool
    /// Ends the round whose state has this hash, in one statement; nil for all but the first.
    func consumeTestLogin(stateHash: Data, at now: Timestamp) throws -> TestLogin?
    /// Keeps the first result of a test, and forgets its one-time values.
    func finishTestLogin(_ reference: Reference, result: Data) throws
    /// Hands a result out once: the test is gone with it.
    func takeTestResult(_ reference: Reference, at now: Timestamp) throws -> Data?
    func deleteTestLogin(_ reference: Reference) throws
    func deleteTestLogins(expiredBefore moment: Timestamp) throws -> Int

    // MARK: Replacements

    /// Allows a replacement, or changes the one of the same old connection. Throws `conflict` where the new connection
    /// takes another one's place already.
    func put(_ replacement: ConnectionReplacement) throws
    /// Returns whether there was one.
    func delete(replacementOf old: ConnectionID) throws -> Bool
    /// Notes that a customer was moved. False where they were moved to the same connection before.
    func noteReplaced(
        _ customer: CustomerID, from old: ConnectionID, into new: ConnectionID, at now: Timestamp
    ) throws -> Bool

    // MARK: One-time identifiers

    /// Takes an identifier in a scope for the first time. False where it was taken before.
    func take(_ identifier: OneTimeIdentifier, scope: String) throws -> Bool
    func deleteOneTimeIdentifiers(expiredBefore moment: Timestamp) throws -> Int

    // MARK: People

    /// Throws `conflict` where a live customer holds the e-mail.
    func insert(_ customer: Customer) throws
    /// Throws `conflict` where another live customer holds the e-mail, and where there is no such customer.
    func update(_ customer: Customer) throws
    /// Throws `conflict` where the identity is linked already.
    func insert(_ link: IdentityLink) throws
    /// Throws `conflict` where there is no such link.
    func update(_ link: IdentityLink) throws
    /// Returns whether there was one.
    func delete(link subject: SubjectKey) throws -> Bool

    // MARK: Sessions

    /// Stores a session and the hash of its first handle. Throws `conflict` where a session has that already.
    func insert(_ session: Session, handleHash: Data, at place: HandlePlace) throws
    /// Gives a session a handle at a host. Of several at one host the newest eight count. Throws `conflict` where a
    /// session has it already.
    func insertHandle(_ hash: Data, of session: SessionID, at place: HandlePlace, now: Timestamp) throws
    /// Throws `conflict` where the code is there already, and where its login has one.
    func insert(_ handOff: HandOff) throws
    /// Redeems a code, in one statement: of many callers the first gets the hand-off, the others nil.
    func redeemHandOff(codeHash: Data, at now: Timestamp) throws -> HandOff?
    func deleteHandOffs(expiredBefore moment: Timestamp) throws -> Int
    /// Moves the idle deadline of a session that is live at `lastSeenAt`; does nothing to any other.
    func renew(_ session: SessionID, lastSeenAt: Timestamp, idleDeadline: Timestamp) throws
    /// Ends sessions that have not ended and gives each an epoch; returns those that ended now, oldest first. For the
    /// reason `expired` only those past a deadline; for any other reason also those, so that a clock that is set back
    /// revives none.
    func endSessions(_ selection: SessionSelection, reason: Session.EndReason, at now: Timestamp) throws -> [Session]
    /// Takes live sessions of a connection whose refresh is due, in one statement, and makes them due again at `lease`,
    /// so that another process takes over what this one does not settle. At most so many are out at a time, whoever has
    /// them. One that was taken before and never settled counts as lost, and as failing since now at the latest.
    func claimRefreshes(
        of connection: ConnectionID, claim: String, at now: Timestamp, lease: Timestamp, limit: Int
    ) throws -> [Session]
    /// Stores what a refresh changed of a session (its names and handle at the IdP, and its refresh) and gives up the
    /// claim, if the session is live and the claim still is this one. Returns whether it was.
    func settleRefresh(_ session: Session, claim: String, at now: Timestamp) throws -> Bool
    /// Forgets sessions that ended or expired before a moment; returns how many.
    func deleteSessions(endedBefore moment: Timestamp) throws -> Int

    // MARK: Facades

    /// Gives a customer a name, or another one. Throws `conflict` where somebody else has it, in any case of letters.
    func setPortalName(_ name: EmailAddress, of customer: CustomerID) throws
    func deletePortalName(of customer: CustomerID) throws
    /// Throws `conflict` where the value is there already.
    func insert(_ grant: FacadeGrant) throws
    /// Uses a grant that counts once, in one statement: of many callers one gets it as it was, the others nil. An expired
    /// one is used all the same; the caller looks at its time.
    func useFacadeGrant(_ hash: Data, kind: FacadeGrant.Kind, at now: Timestamp) throws -> FacadeGrant?
    /// Forgets a grant and what was made from it; returns how many.
    func deleteFacadeGrants(parent: Data) throws -> Int
    /// Forgets what a session opened; returns how many.
    func deleteFacadeGrants(of session: SessionID) throws -> Int
    func deleteFacadeGrants(expiredBefore moment: Timestamp) throws -> Int
    /// Notes that a site was told of a session; once for a facade and key. Throws `conflict` where the key is another
    /// session's.
    func put(_ session: FacadeSession) throws
    /// Forgets which sites were told of a session; returns them, oldest first.
    func takeFacadeSessions(of session: SessionID) throws -> [FacadeSession]
    /// Binds a cookie of a site's JSM to a session unless it is bound; returns the session that it is bound to from then
    /// on.
    func bindPortalSession(
        _ site: SiteID, cookieHash: Data, session: SessionID, at now: Timestamp
    ) throws -> SessionID
    func deletePortalSessions(boundBefore moment: Timestamp) throws -> Int

    // MARK: Outbox

    func enqueue(_ entry: OutboxEntry) throws
    /// Takes entries that are due, the first of each lane only, and makes them due again at `lease`, so that another
    /// process takes over what this one does not finish. Their `attempts` grow by one. In the order of writing.
    func claimOutbox(at now: Timestamp, lease: Timestamp, limit: Int) throws -> [OutboxEntry]
    /// Removes an entry that is done, or given up.
    func finishOutbox(_ id: String) throws
    /// Makes an entry due at another time.
    func postponeOutbox(_ id: String, until dueAt: Timestamp) throws

    // MARK: The gate

    /// Adds to what was counted under the same key.
    func add(_ tally: GateTally) throws
    func deleteGateTallies(before hour: Timestamp) throws -> Int
    /// Throws `conflict` where the reference or the code is taken.
    func insert(_ glass: BreakGlass) throws
    /// Ties an open emergency to the one browser that brings its code, in one statement: of many callers one gets it.
    func useBreakGlass(codeHash: Data, site: SiteID, handleHash: Data, at now: Timestamp) throws -> BreakGlass?
    /// Closes one that is open; nil where it is not.
    func closeBreakGlass(_ reference: Reference, at now: Timestamp) throws -> BreakGlass?
    func deleteBreakGlasses(expiredBefore moment: Timestamp) throws -> Int

    // MARK: Throttles

    /// Takes a token out of a bucket, in one statement: of many callers each gets one of its own. False where it is empty;
    /// that costs nothing. A bucket that nobody took from is full. A clock that is set back fills none.
    func takeToken(_ throttle: Throttle, bucket: Data, at now: Timestamp) throws -> Bool
    /// Forgets buckets that were full again before a moment, which changes nothing; returns how many.
    func deleteBuckets(fullBefore moment: Timestamp) throws -> Int

    // MARK: Keys

    /// Throws `conflict` where a key of this use is in state `next` or `active` already and this one would be a second.
    func insert(_ key: StoredKey) throws
    /// Moves a key on if it is still in the given state. Returns whether it was.
    func update(_ key: StoredKey, from state: StoredKey.State) throws -> Bool
    func delete(key id: String) throws
    /// Stores a connection's key. Returns false and stores nothing where another one of its algorithm is `next` or
    /// `active` already and this one would be a second: of many callers the first has made the key for all.
    func place(_ key: ConnectionKey) throws -> Bool
    /// Moves a connection's key on if it is still in the given state. Returns whether it was. Throws `conflict` where
    /// another one has the place.
    func update(_ key: ConnectionKey, from state: StoredKey.State) throws -> Bool
    /// Returns whether there was one.
    func delete(connectionKey id: String) throws -> Bool

    // MARK: Memory

    /// Stores bytes if the entry's version is still the expected one; nil expects no entry.
    func setMemory(
        _ connection: ConnectionID, _ key: String, bytes: Data, at now: Timestamp, expected: Int64?
    ) throws -> Bool

    // MARK: Audit

    /// Appends a record. Throws `conflict` where its position is taken.
    func insert(_ record: AuditRecord) throws
    func insert(_ head: AuditHead) throws
    /// Stores the sealed key of an owner of personal data.
    func insertPersonalKey(_ owner: String, sealed: Data) throws
    /// Destroys it: what it sealed can never be read again.
    func deletePersonalKey(_ owner: String) throws
}

extension StoreWriter {
    /// Stores a session and the hash of its first handle, which is for the host of the session's site.
    package func insert(_ session: Session, handleHash: Data) throws {
        try insert(session, handleHash: handleHash, at: .site(session.site))
    }
}

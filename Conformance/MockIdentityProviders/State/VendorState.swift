// SPDX-License-Identifier: Apache-2.0

package import JOSE

/// What a tenant that speaks like a vendor remembers besides.
struct VendorState: Sendable {
    var nextFault: VendorFault?
    var userFaults: [String: VendorFault] = [:]
    var apiFault: APIFault?
    var accessGrants: [String: Grant] = [:]
    var refreshGrants: [String: Grant] = [:]
    var apiGrants: [String: APIGrant] = [:]
    var disabled: Set<String> = []
    var changed: [String: OPUser] = [:]
    var removed: Set<String> = []
    /// Counts every change of a person, for lists of changes.
    var revision = 0
    var revisions: [String: Int] = [:]
    var serviceAccountKey: SigningKey?

    mutating func note(_ userName: String) {
        revision += 1
        revisions[userName] = revision
    }
}

// MARK: For tests

extension OPTenantState {
    /// Makes the next login, and only that one, meet a vendor's oddity; nil takes it back.
    package func setVendorFault(_ fault: VendorFault?) { withVendor { $0.nextFault = fault } }

    /// Makes every login of one user meet it; nil takes it back.
    package func setVendorFault(_ fault: VendorFault?, forUser userName: String) {
        withVendor { $0.userFaults[userName] = fault }
    }

    /// What the vendor's APIs do from now on; nil lets them work.
    package func setAPIFault(_ fault: APIFault?) { withVendor { $0.apiFault = fault } }

    /// Disables a person, or enables again: no login, no refresh, and the directory says so.
    package func setDisabled(_ isDisabled: Bool, user userName: String) {
        withVendor { state in
            if isDisabled { state.disabled.insert(userName) } else { state.disabled.remove(userName) }
            state.note(userName)
        }
    }

    /// Replaces a person from now on, as after a change of groups or of address.
    package func change(_ user: OPUser) {
        withVendor { state in
            state.changed[user.userName] = user
            state.note(user.userName)
        }
    }

    /// Deletes a person.
    package func remove(user userName: String) {
        withVendor { state in
            state.removed.insert(userName)
            state.note(userName)
        }
    }
}

// MARK: For the endpoints

extension OPTenantState {
    var apiFault: APIFault? { withVendor { $0.apiFault } }

    /// The people that there are, as they are now.
    var people: [OPUser] {
        withVendor { state in
            definition.users.filter { !state.removed.contains($0.userName) }
                .map { state.changed[$0.userName] ?? $0 }
        }
    }

    /// The people that were deleted.
    var removedPeople: [OPUser] {
        withVendor { state in definition.users.filter { state.removed.contains($0.userName) } }
    }

    func isDisabled(_ userName: String) -> Bool {
        withVendor { $0.disabled.contains(userName) || $0.removed.contains(userName) }
    }

    /// Those who changed after a revision, and the revision now; people that are gone come without a person.
    func changes(since revision: Int) -> (people: [(userName: String, user: OPUser?)], revision: Int) {
        let people = people
        return withVendor { state in
            let names = definition.users.map(\.userName).filter { (state.revisions[$0] ?? 0) > revision }
            return (names.map { name in (name, people.first { $0.userName == name }) }, state.revision)
        }
    }

    func takeVendorFault(user: OPUser, chosen: VendorFault?) -> VendorFault? {
        withVendor { state in
            if let fault = chosen ?? state.userFaults[user.userName] { return fault }
            let next = state.nextFault
            state.nextFault = nil
            return next
        }
    }

    func keep(_ grant: Grant, accessToken: String) { withVendor { $0.accessGrants[accessToken] = grant } }

    func keep(_ grant: Grant, refreshToken: String) { withVendor { $0.refreshGrants[refreshToken] = grant } }

    func refreshGrant(_ token: String) -> Grant? { withVendor { $0.refreshGrants[token] } }

    func forgetRefreshToken(_ token: String) { withVendor { _ = $0.refreshGrants.removeValue(forKey: token) } }

    func keep(_ grant: APIGrant, apiToken: String) { withVendor { $0.apiGrants[apiToken] = grant } }

    func apiGrant(_ token: String) -> APIGrant? { withVendor { $0.apiGrants[token] } }

    /// The service account's key, which the broker's key file holds.
    package var serviceAccountKey: SigningKey? {
        guard definition.profile?.serviceAccount != nil else { return nil }
        return withVendor { state in
            if state.serviceAccountKey == nil {
                state.serviceAccountKey = try? VendorKeys.key(.rs256, "service account", kid: nil)
            }
            return state.serviceAccountKey
        }
    }
}

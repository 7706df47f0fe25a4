import Broker
import FoundationEssentials

extension ProviderRule {
    /// The vendor's own attacks and peculiarities.
    public static let vendorRules: [ProviderRule] = [
        ProviderRule(
            "vendor.cases", "the vendor's own attacks end as the module's page says", clause: "the case's own",
            fix: "the case's own", notApplicable: { $0.cases.isEmpty ? "the vendor has none of its own" : nil }
        ) { row in
            for vendorCase in row.cases { try await vendorCase.check(row) }
        },
        ProviderRule(
            "vendor.sign-out", "a sign-out of the vendor's own goes exactly where the vendor wants it",
            clause: "the vendor's own words",
            fix: "give the row a case with the address, octet for octet, or none where the vendor signs nobody out",
            notApplicable: { row in
                if case .standard = row.logout { "the sign-out is the standard's" } else { nil }
            }
        ) { row in
            switch row.logout {
            case .standard: break
            case .none: try await CaseSequel.signsOut(.nowhere).check(LoginDriver(row))
            case .vendor:
                let cases = row.cases.filter(\.saysWhereToSignOut)
                try require(!cases.isEmpty, "no case says where the browser is sent")
                for vendorCase in cases { try await vendorCase.check(row) }
            }
        },
    ]
}

extension VendorCase {
    /// Checks the case on its row.
    public func check(_ row: ProviderUnderTest) async throws {
        do {
            let driver = try LoginDriver(row, self)
            let end = try await driver.login(visit)
            try verdict.check(end)
            if let sequel { try await sequel.check(driver, after: try end.identity()) }
        } catch {
            throw CaseFailure(name: description, clause: clause, fix: fix, seen: "\(error)")
        }
    }

    /// Whether it says where, rather than that nobody is sent anywhere.
    fileprivate var saysWhereToSignOut: Bool {
        guard case .signsOut(let expected)? = sequel else { return false }
        return if case .nowhere = expected { false } else { true }
    }
}

extension CaseSequel {
    func check(_ driver: LoginDriver) async throws {
        try await check(driver, after: try await driver.login().identity())
    }

    func check(_ driver: LoginDriver, after identity: VerifiedIdentity) async throws {
        switch self {
        case .signsOut(let expected): try expected.check(try await driver.logout(identity), driver.upstream.idToken)
        case .refresh(let behaviour, let expected):
            driver.upstream.setRefresh(behaviour)
            let seen = ExpectedRefresh(try await driver.refresh(identity))
            try require(seen == expected, "the refresh is \(seen.rawValue), wanted is \(expected.rawValue)")
        }
    }
}

extension ExpectedSignOut {
    func check(_ step: LogoutStep?, _ idToken: String?) throws(KitFailure) {
        switch (self, step) {
        case (.nowhere, nil), (.nowhere, .notConfigured): break
        case (.link(let wanted), .redirect(let url)):
            try require(
                url.absoluteString == wanted, "the browser is sent to \(url.absoluteString), wanted is \(wanted)")
        case (.form(let address, let wanted), .formPost(let url, let fields)):
            try require(url.absoluteString == address, "the form goes to \(url.absoluteString), wanted is \(address)")
            let names = fields.map(\.name)
            try require(names.sorted() == wanted.keys.sorted(), "the form has \(names)")
            for field in fields {
                let value = wanted[field.name] == "{idToken}" ? idToken : wanted[field.name]
                try require(field.value == value, "\(field.name) is another value")
            }
        default: throw KitFailure("the sign-out is \(Self.words(step)), wanted is \(self)")
        }
    }

    private static func words(_ step: LogoutStep?) -> String {
        switch step {
        case nil: "none"
        case .redirect(let url)?: "a link to \(url.absoluteString)"
        case .formPost(let url, _)?: "a form for \(url.absoluteString)"
        case .done?: "done"
        case .notConfigured?: "not configured"
        }
    }
}

extension ExpectedRefresh {
    init(_ outcome: RefreshOutcome?) {
        self =
            switch outcome {
            case nil: .unable
            case .same?: .same
            case .updated?: .updated
            case .revoked?: .revoked
            case .retryLater?: .retryLater
            case .notConfigured?: .notConfigured
            }
    }
}

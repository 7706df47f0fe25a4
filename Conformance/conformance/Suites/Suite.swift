// SPDX-License-Identifier: Apache-2.0

/// One suite of `conformance run`.
struct Suite: Sendable {
    let name: String
    let run: @Sendable (SuiteOptions) async throws -> [CheckResult]
    /// What is printed of the results; nothing where the suite prints its own.
    var lines: @Sendable ([CheckResult]) -> [String] = Table.lines

    /// Every suite, in order.
    static let all: [Suite] = [
        Suite(name: "jose", run: JOSESuite.run), Suite(name: "oidc", run: OIDCSuite.run),
        Suite(name: "saml", run: SAMLSuite.run),
        Suite(name: "facades", run: FacadesSuite.run),
        Suite(name: "providers", run: ProvidersSuite.run, lines: ProvidersTable.lines),
        Suite(name: "fronts", run: FrontsSuite.run, lines: FrontsTable.lines),
        .waiting("directory", for: "SCIM and the outbox"),
        Suite(name: "acceptance", run: AcceptanceSuite.run, lines: { _ in [] }),
    ]

    /// A suite whose rooms do not exist yet.
    private static func waiting(_ name: String, for rooms: String) -> Suite {
        Suite(name: name, run: { _ in [CheckResult(name, "all of it", .pending("waits for \(rooms)"))] })
    }
}

/// What a suite may be told.
struct SuiteOptions: Sendable {
    /// A folder like `vectors`, for suites that take published vectors too.
    var vectors: String?
    /// The fronts that are tried; empty is every one.
    var fronts: Set<String> = []
}

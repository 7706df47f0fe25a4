/// What the broker can do at one product, as a value that documentation prints.
package struct JSMCapability: Sendable, Hashable {
    /// How far a product lets the broker go.
    package enum State: String, Sendable {
        /// Built, and run against the mock.
        case done
        /// The product has no call for it.
        case notPossible = "not possible"
        /// Built from documentation; the mock does what that says, and no JSM was asked.
        case notVerified = "not verified"
    }

    /// What it is.
    package let name: String
    package let cloud: State
    package let dataCenter: State
    /// What an operator must know.
    package let note: String

    init(_ name: String, cloud: State, dataCenter: State, note: String = "") {
        self.name = name
        self.cloud = cloud
        self.dataCenter = dataCenter
        self.note = note
    }

    /// Every one.
    package static let all = [
        JSMCapability("read the version (info)", cloud: .done, dataCenter: .done),
        JSMCapability("list service desks", cloud: .done, dataCenter: .done),
        JSMCapability(
            "create a customer", cloud: .done, dataCenter: .done,
            note: "Data Center makes the user name from the e-mail and sends no mail"),
        JSMCapability(
            "find a customer by e-mail", cloud: .notVerified, dataCenter: .notVerified,
            note: "Cloud by the platform's search, Data Center by the platform's user API"),
        JSMCapability("list, make and fill organizations", cloud: .done, dataCenter: .done),
        JSMCapability("attach and detach organizations of a desk", cloud: .done, dataCenter: .done),
        JSMCapability("add customers to a desk", cloud: .done, dataCenter: .done),
        JSMCapability(
            "list customers of a desk", cloud: .notVerified, dataCenter: .notPossible,
            note: "experimental on Cloud: asks for X-ExperimentalApi"),
        JSMCapability(
            "remove customers from a desk", cloud: .notVerified, dataCenter: .notPossible,
            note: "experimental on Cloud, and on desks with closed access only"),
    ]

    /// The table of the documentation, in Markdown.
    package static var table: String {
        (["| what | Cloud | Data Center | note |", "|---|---|---|---|"]
            + all.map { "| \($0.name) | \($0.cloud.rawValue) | \($0.dataCenter.rawValue) | \($0.note) |" })
            .joined(separator: "\n")
    }
}

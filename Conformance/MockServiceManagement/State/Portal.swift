// SPDX-License-Identifier: Apache-2.0

/// One customer portal: a service desk as its customers see it.
package struct Portal: Sendable, Equatable {
    /// One kind of request that a portal offers.
    package struct RequestType: Sendable, Equatable {
        package var id: Int
        package var name: String
        package var help: String

        /// A request type with the sentence shown under its name.
        package init(id: Int, name: String, help: String) {
            self.id = id
            self.name = name
            self.help = help
        }
    }

    package var id: Int
    /// Project key, the prefix of issue keys.
    package var projectKey: String
    package var name: String
    package var summary: String
    package var requestTypes: [RequestType]

    /// A portal with its request types in display order.
    package init(id: Int, projectKey: String, name: String, summary: String, requestTypes: [RequestType]) {
        self.id = id
        self.projectKey = projectKey
        self.name = name
        self.summary = summary
        self.requestTypes = requestTypes
    }

    /// Portals 3, 5 and 7 of a small software vendor.
    package static let samples = [
        Portal(
            id: 3, projectKey: "SUP", name: "Product support",
            summary: "Something does not work, or you would like to know how it should.",
            requestTypes: [
                RequestType(id: 25, name: "Report a problem", help: "Tell us what you did and what happened."),
                RequestType(id: 26, name: "Ask a question", help: "How-to, limits, best practice."),
            ]),
        Portal(
            id: 5, projectKey: "ACC", name: "Accounts and billing",
            summary: "Invoices, contracts, seats and contact people.",
            requestTypes: [
                RequestType(id: 41, name: "Question about an invoice", help: "Please have the invoice number ready."),
                RequestType(id: 42, name: "Change our contact", help: "Who should we talk to from now on?"),
            ]),
        Portal(
            id: 7, projectKey: "SEC", name: "Security desk",
            summary: "Report a vulnerability or an incident in confidence.",
            requestTypes: [
                RequestType(id: 71, name: "Report a vulnerability", help: "We answer within one working day.")
            ]),
    ]
}

/// The two products that speak the service desk API, each with identifiers and bodies of its own.
package enum JSMProduct: String, Sendable, CaseIterable {
    case cloud
    case dataCenter = "data-center"
}

/// How long an upstream may take.
package struct UpstreamLimits: Sendable, Hashable {
    /// Until there is a connection.
    package var connect = Duration.seconds(2)
    /// From the end of the request to the head of the answer, and from there from one piece of the body to the next.
    package var answer = Duration.seconds(120)
    /// How long it may take nothing of a request's body.
    package var stall = Duration.seconds(60)
    /// The most connections that are kept busy at once; more requests wait for one.
    package var connections = 512

    package init() {}

    /// Long pages and slow reports of JSM get through.
    package static let standard = UpstreamLimits()
}

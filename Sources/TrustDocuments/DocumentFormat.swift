/// What a document is asked for as.
package struct DocumentFormat: Sendable {
    /// Its media type, which a remembered document has too.
    package var mediaType: String
    /// The `Accept` field of the request.
    package var accept: String

    /// A format.
    package init(mediaType: String, accept: String) {
        self.mediaType = mediaType
        self.accept = accept
    }

    /// JSON.
    package static let json = DocumentFormat(mediaType: "application/json", accept: "application/json")
}

import CXMLSec

/// What a document may not exceed, and whether it may hold remarks.
package struct XMLLimits: Sendable, Hashable {
    /// The most octets.
    package var bytes: Int
    /// The most elements.
    package var elements: Int32
    /// The deepest nesting.
    package var depth: Int32
    /// The most attributes and namespace declarations of one element.
    package var attributesPerElement: Int32
    /// Whether comments and processing instructions may stand between elements; inside text they never may.
    package var allowsRemarks: Bool

    /// Limits.
    package init(bytes: Int, elements: Int32, depth: Int32 = 64, attributesPerElement: Int32 = 64, allowsRemarks: Bool)
    {
        self.bytes = bytes
        self.elements = elements
        self.depth = depth
        self.attributesPerElement = attributesPerElement
        self.allowsRemarks = allowsRemarks
    }

    /// A protocol message: 256 KiB, 2000 elements, depth 64, and no remark anywhere: no IdP sends one, and what splits
    /// text for one reader joins it for another (CVE-2017-11427).
    package static let message = XMLLimits(bytes: 256 << 10, elements: 2000, allowsRemarks: false)
    /// Metadata: 1 MiB, and remarks between elements, because operators write them.
    ///
    /// Depth times declarations is what a prefix may cost, so both are less where there may be more elements.
    package static let metadata = XMLLimits(
        bytes: 1 << 20, elements: 20_000, depth: 32, attributesPerElement: 32, allowsRemarks: true)

    var c: vx_limits {
        vx_limits(
            bytes: bytes, elements: elements, depth: depth, attributes_per_element: attributesPerElement)
    }
}

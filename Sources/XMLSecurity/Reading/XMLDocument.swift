import CXMLSec
import Synchronization

/// A document, parsed once and never changed.
///
/// `@unchecked Sendable`: the tables are written before `init` returns and only read afterwards; the C tree behind them
/// is used by `verifying`, one caller at a time under `lock`.
package final class XMLDocument: @unchecked Sendable {
    let handle: OpaquePointer
    let elements: UnsafeBufferPointer<vx_element>
    let attributes: UnsafeBufferPointer<vx_attribute>
    /// The limits that the document kept.
    package let limits: XMLLimits
    private let lock = Mutex(())

    /// Parses octets under limits.
    ///
    /// - Throws: `XMLSecurityError` with the one cause that refuses the document.
    package init(parsing octets: [UInt8], limits: XMLLimits) throws(XMLSecurityError) {
        try CLibraries.start()
        self.limits = limits
        let opened = octets.withUnsafeBufferPointer { buffer -> (vx_status, OpaquePointer?) in
            var (bounds, handle) = (limits.c, OpaquePointer?.none)
            return (vx_document_parse(buffer.baseAddress, buffer.count, &bounds, &handle), handle)
        }
        try opened.0.check()
        guard let handle = opened.1 else { throw XMLSecurityError(.internalFailure, "no document") }
        self.handle = handle
        var count: Int32 = 0
        let first = vx_document_elements(handle, &count)
        elements = UnsafeBufferPointer(start: first, count: Int(count))
        let firstAttribute = vx_document_attributes(handle, &count)
        attributes = UnsafeBufferPointer(start: firstAttribute, count: Int(count))
        try refuseRemarks()
    }

    deinit { vx_document_free(handle) }

    /// The root element.
    package var root: XMLElement { XMLElement(document: self, position: 0) }

    /// Comments and processing instructions: nowhere in a message, and never beside text (M18).
    private func refuseRemarks() throws(XMLSecurityError) {
        let remarks = UInt32(VX_HAS_REMARKS)
        let isRefused: Bool
        if limits.allowsRemarks {
            isRefused = elements.contains { $0.flags & remarks != 0 && $0.flags & UInt32(VX_HAS_TEXT) != 0 }
        } else {
            isRefused = vx_document_has_outer_remarks(handle) != 0 || elements.contains { $0.flags & remarks != 0 }
        }
        guard !isRefused else {
            throw XMLSecurityError(.remark, "a comment or processing instruction stands where none may")
        }
    }

    /// Uses the C tree, one caller at a time.
    func withTree<Value>(_ body: (OpaquePointer) throws(XMLSecurityError) -> Value) throws(XMLSecurityError) -> Value {
        let result = lock.withLock { _ -> Result<Value, XMLSecurityError> in
            do throws(XMLSecurityError) { return .success(try body(handle)) } catch { return .failure(error) }
        }
        return try result.get()
    }
}

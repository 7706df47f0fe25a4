// Carries the compiler and linker flags of libxml-2.0; only CXMLSec includes its headers.

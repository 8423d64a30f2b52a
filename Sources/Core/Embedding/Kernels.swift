import CEmbedding

/// The inner loops for an instruction set. CEmbedding.h describes them.
struct Kernels: @unchecked Sendable {
  /// The fastest ones of this CPU, chosen once for the process.
  static let best = Kernels(embedding_best_kernels())

  /// A constant of the C library.
  private let kernels: UnsafePointer<EmbeddingKernels>

  var name: String { String(cString: kernels.pointee.name) }

  private init(_ kernels: UnsafePointer<EmbeddingKernels>) { self.kernels = kernels }

  /// Finds the kernels for an instruction set by their name; nil if this CPU does not have it.
  init?(named name: String) {
    guard let kernels = embedding_kernels(name) else { return nil }
    self.init(kernels)
  }

  func linear(
    _ input: UnsafePointer<Float>, rows: Int, inputs: Int, weights: UnsafePointer<UInt16>, outputs: Int,
    bias: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>
  ) {
    kernels.pointee.linear(input, rows, inputs, weights, outputs, bias, output)
  }

  func gelu(_ numbers: UnsafeMutablePointer<Float>, count: Int) { kernels.pointee.gelu(numbers, count) }

  func addNorm(
    _ states: UnsafeMutablePointer<Float>, _ addend: UnsafePointer<Float>, rows: Int, gain: UnsafePointer<Float>,
    bias: UnsafePointer<Float>
  ) {
    kernels.pointee.add_norm(states, addend, rows, gain, bias)
  }

  func attend(
    _ input: UnsafePointer<Float>, rows: Int, scratch: UnsafeMutablePointer<Float>,
    into output: UnsafeMutablePointer<Float>
  ) {
    kernels.pointee.attend(input, rows, scratch, output)
  }

  func widen(_ halves: UnsafePointer<UInt16>, count: Int, into output: UnsafeMutablePointer<Float>) {
    kernels.pointee.widen(halves, count, output)
  }
}

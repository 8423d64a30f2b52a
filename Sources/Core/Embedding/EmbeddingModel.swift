import CEmbedding

/// The model all-MiniLM-L6-v2: a text becomes a vector of 384 numbers, texts of similar meaning become similar vectors.
///
/// The file of weights is mapped, so that opening it reads its header only. Several threads may use one model at once:
/// nothing of it changes, and each call has memory of its own, 10 KB for each token of the text.
public struct EmbeddingModel: Sendable {
  /// The length of a vector.
  public static let dimensions = EMBEDDING_WIDTH
  /// The length of the longest text, in tokens. The rest of a longer one has no effect.
  public static let longestText = EMBEDDING_TOKENS

  /// The tokenizer of the model.
  public let tokenizer: WordPieceTokenizer
  private let file: WeightsFile
  private let kernels: Kernels

  /// The model, and the version of its conversion: `all-MiniLM-L6-v2/fp16-1`. Vectors of one version can be compared,
  /// and need not be computed again. `VERSION` in `make-weights` decides it, and the file's header carries it; the
  /// number at its end is raised when vectors of the same text may change by more than rounding.
  public var version: String { file.header.version }
  /// The instruction set that the inner loops use: `avx512`, `avx2`, `neon` or `portable`.
  public var instructionSet: String { kernels.name }

  /// Opens a file of weights, and checks its header.
  public init(file path: String) throws(EmbeddingError) { try self.init(file: path, kernels: .best) }

  /// The model with the inner loops for one instruction set, for measurements; nil if this CPU does not have it.
  package init?(file path: String, instructionSet: String) throws(EmbeddingError) {
    guard let kernels = Kernels(named: instructionSet) else { return nil }
    try self.init(file: path, kernels: kernels)
  }

  init(file path: String, kernels: Kernels) throws(EmbeddingError) {
    file = try WeightsFile(path)
    tokenizer = WordPieceTokenizer(file)
    self.kernels = kernels
  }

  /// Returns the vector of a text, of length 1. An empty text has one, too.
  public func embed(_ text: String) -> [Float] {
    embed(tokenizer.tokens(of: text, limit: Self.longestText))
  }

  private func embed(_ tokens: [Int32]) -> [Float] {
    let activations = Activations(rows: tokens.count)
    embed(tokens, into: activations)
    for layer in 0..<WeightsHeader.layers { run(layer, on: activations) }
    return [Float](unsafeUninitializedCapacity: Self.dimensions) { vector, count in
      guard let vector = vector.baseAddress else { return }
      embedding_pool(activations.states, tokens.count, vector)
      count = Self.dimensions
    }
  }

  /// The sums of the embeddings of token, position and type, normalized.
  private func embed(_ tokens: [Int32], into activations: Activations) {
    let width = WeightsLayout.width
    for (row, token) in tokens.enumerated() {
      let offset = file.header.words.lowerBound + Int(token) * width * 2
      kernels.widen(file.halves(at: offset), count: width, into: activations.states + row * width)
      // A fault maps up to a megabyte around a row.
      if row % 8 == 7 { file.releaseWords() }
    }
    file.releaseWords()
    let positions = file.floats(at: file.header.parameters)
    let norm = positions + WeightsLayout.embeddingNorm
    kernels.addNorm(activations.states, positions, rows: tokens.count, gain: norm, bias: norm + width)
  }

  /// Attention, then two linear layers with GELU between them; after both the sum with the input is normalized.
  private func run(_ layer: Int, on activations: Activations) {
    let (width, inner, rows) = (WeightsLayout.width, WeightsLayout.inner, activations.rows)
    var weights = file.halves(at: file.header.matrices) + layer * WeightsLayout.matricesOfLayer
    var parameters =
      file.floats(at: file.header.parameters) + WeightsLayout.layerParameters
      + layer * WeightsLayout.parametersOfLayer
    func linear(
      _ input: UnsafeMutablePointer<Float>, _ inputs: Int, _ output: UnsafeMutablePointer<Float>, _ outputs: Int
    ) {
      kernels.linear(
        input, rows: rows, inputs: inputs, weights: weights, outputs: outputs, bias: parameters, into: output)
      weights += inputs * outputs
      parameters += outputs
    }
    func addNorm(_ addend: UnsafeMutablePointer<Float>) {
      kernels.addNorm(activations.states, addend, rows: rows, gain: parameters, bias: parameters + width)
      parameters += 2 * width
    }
    linear(activations.states, width, activations.wide, 3 * width)
    kernels.attend(activations.wide, rows: rows, scratch: activations.scratch, into: activations.mixed)
    linear(activations.mixed, width, activations.sums, width)
    addNorm(activations.sums)
    linear(activations.states, width, activations.wide, inner)
    kernels.gelu(activations.wide, count: rows * inner)
    linear(activations.wide, inner, activations.sums, width)
    addNorm(activations.sums)
  }
}

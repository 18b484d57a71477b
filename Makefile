.PHONY: setup run serve test check bench
setup run serve test check bench:
	@echo "being built"

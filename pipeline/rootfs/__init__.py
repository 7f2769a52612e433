"""Root file systems and sysroots as a pure function of their locks; may import what stands before it."""

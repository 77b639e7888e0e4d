function [time, values, names] = read_sto(file)
% READ_STO  Read a table of OpenSim (.sto or .mot).
%   time    (T, 1) s
%   values  (T, C) in the units of the file; a .mot with inDegrees=yes is in degrees
%   names   (1, C) cell array, names of the columns
  text = fileread(file);
  stop = regexp(text, 'endheader\s*\n', 'end', 'once');
  if isempty(stop)
    error('%s has no line endheader; pass a .sto or .mot of OpenSim.', file);
  end
  lines = regexp(text(stop + 1:end), '\r?\n', 'split', 'once');
  names = strsplit(strtrim(lines{1}));
  numbers = sscanf(lines{2}, '%f', [numel(names), Inf])';
  time = numbers(:, 1);
  values = numbers(:, 2:end);
  names = names(2:end);
end
